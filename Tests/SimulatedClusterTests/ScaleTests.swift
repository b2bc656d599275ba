import Documents
import SimulatedCluster
import Testing

@Suite("Scale") struct ScaleTests {
  @Test("a write among five thousand objects looks at the few it concerns")
  func manyObjects() {
    var test = TestCluster()
    for index in 0..<5000 { test.post(ObjectTests.maps, ObjectTests.map("map-\(index)")) }
    test.settle()
    var cursor = test.watch(
      ObjectTests.maps + "?watch=1&resourceVersion=\(test.cluster.revision)")!
    for index in 0..<200 {
      _ = test.merge(ObjectTests.maps + "/map-\(index)", ["data": ["x": "1"]])
      _ = test.cluster.reconcile(at: test.now)
      #expect(test.events(&cursor) == ["MODIFIED map-\(index)"])
    }
    #expect(test.get(ObjectTests.maps + "?limit=500").items().count == 500)
  }
}
