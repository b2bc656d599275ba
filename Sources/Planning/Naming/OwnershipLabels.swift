public import ClusterModel
import Documents

/// The labels by which every object that a run makes is known as that run's own.
public enum OwnershipLabels {
  public static let managedBy = "app.kubernetes.io/managed-by"
  public static let manager = "oadp-plan"
  public static let run = "oadp-plan.dev/run"
  public static let node = "oadp-plan.dev/node"
  public static let plan = "oadp-plan.dev/plan"

  /// The labels of an object that node `node` of run `run` makes for `plan`.
  public static func labels(run: String, node: String, plan: PlanKey) -> [String: String] {
    [
      managedBy: manager, Self.run: value(run), Self.node: value(node),
      Self.plan: value(plan.description),
    ]
  }

  /// A label value that stands for `text` and, but for a collision of digests, for nothing else.
  ///
  /// `/` and `:` become `.` and `_`; what holds those already, or is too long, ends in a digest.
  public static func value(_ text: String) -> String {
    var isPlain = text.utf8.count <= 63
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      switch scalar {
      case "/": return "."
      case ":": return "_"
      case "a"..."z", "A"..."Z", "0"..."9", "-": return scalar
      default:
        isPlain = false
        return "-"
      }
    }
    let value = String(String.UnicodeScalarView(scalars))
    let separators: Set<Character> = [".", "_", "-"]
    if isPlain, let first = value.first, let last = value.last, !separators.contains(first),
      !separators.contains(last)
    {
      return value
    }
    let start = value.prefix(50).drop { separators.contains($0) }
    return start + (start.isEmpty ? "x" : "") + "-" + SHA256.hex(text).prefix(10)
  }
}
