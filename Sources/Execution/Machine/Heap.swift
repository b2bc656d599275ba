/// A binary heap of small numbers, the smallest first.
struct Heap: Sendable {
  private var items: [Int32] = []

  var isEmpty: Bool { items.isEmpty }
  var first: Int32? { items.first }

  mutating func push(_ item: Int32) {
    items.append(item)
    var child = items.count - 1
    while child > 0, items[child] < items[(child - 1) / 2] {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Removes the smallest.
  ///
  /// - Precondition: The heap is not empty.
  mutating func pop() {
    items.swapAt(0, items.count - 1)
    items.removeLast()
    var parent = 0
    while true {
      var smallest = parent
      for child in (2 * parent + 1)...(2 * parent + 2) where child < items.count {
        if items[child] < items[smallest] { smallest = child }
      }
      guard smallest != parent else { return }
      items.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
