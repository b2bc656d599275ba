/// Marks on objects, beside those that say whose they are.
enum Labels {
  /// The limits that an object at work counts against, with spaces between (an annotation).
  static let slots = "oadp-plan.dev/slots"
  /// The address of the node that made it (an annotation).
  static let address = "oadp-plan.dev/address"
  // On a PersistentVolume between its staged and its final claim.
  static let stage = "oadp-plan.dev/stage"
  /// What the volume's reclaim policy was before it was staged (an annotation).
  static let reclaimPolicy = "oadp-plan.dev/reclaim-policy"
}
