import Foundation
import Planning
import SimulationKit
import Testing

@Suite("Permissions") struct PermissionTests {
  /// What runs of a shape ask for, in good times and in bad ones.
  private static func asked(_ shape: Shape) -> Set<String> {
    var shared = Scenario(seed: 1, shape: shape)
    shared.isShared = true
    var scenarios = [shared]
    for mover in [Hazards.Mover.dies, .hasNoImage] {
      var scenario = Scenario(seed: 1, shape: shape)
      scenario.hazards.mover = mover
      scenario.hazards.moverPods = 9
      scenarios.append(scenario)
    }
    var sleepy = Scenario(seed: 1, shape: shape)
    sleepy.hazards.snapshotter = .sleeps
    var stopped = Scenario(seed: 1, shape: shape)
    stopped.troubles = [Troubles()]
    stopped.troubles[0].stopsAfter = [.seconds(5)]
    // A restore that cannot go on clears away what it has staged.
    let refused = shape.task == .restore ? Scenario(seed: 1, shape: shape).refusingEachCall : []
    // What is asked of a store or a server as a whole has a colon: Roles have no say there.
    return (scenarios + [sleepy, stopped] + refused)
      .reduce(into: []) { $0.formUnion($1.play().asked.filter { !$0.contains(": ") }) }
  }

  private static func everywhere(_ permission: String) -> String {
    permission.components(separatedBy: " in ").first ?? permission
  }

  @Test("the plans' Roles hold what runs ask for, and nothing that none asks for")
  func exact() throws {
    var missing: Set<String> = []
    var unused: Set<String> = []
    var used: Set<String> = []
    for shape in Shape.standard {
      let granted = Set(try shape.permissions().map(\.description))
      let asked = Self.asked(shape)
      // The same in every namespace is as good as in one.
      missing.formUnion(
        asked.filter { !granted.contains($0) && !granted.contains(Self.everywhere($0)) })
      used.formUnion(asked)
      used.formUnion(asked.map(Self.everywhere))
      unused.formUnion(granted)
    }
    unused.subtract(used)
    #expect(missing.sorted() == [])
    // Passwords are read by the command itself, and leases are listed for people.
    #expect(
      unused.sorted() == ["get secrets password in movers", "list leases.coordination.k8s.io"])
  }
}
