/// Marks on a PersistentVolume between its staged and its final claim.
enum Labels {
  static let stage = "oadp-plan.dev/stage"
  /// What the volume's reclaim policy was before it was staged (an annotation).
  static let reclaimPolicy = "oadp-plan.dev/reclaim-policy"
}
