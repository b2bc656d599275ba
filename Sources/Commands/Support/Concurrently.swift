/// Does something to each item, a few at a time; the answers come in the items' order.
func concurrently<Item: Sendable, Answer: Sendable>(
  _ items: [Item], atOnce: Int, _ body: @escaping @Sendable (Item) async -> Answer
) async -> [Answer] {
  await withTaskGroup(of: (index: Int, answer: Answer).self) { group in
    var waiting = items.enumerated().makeIterator()
    func startNext() {
      guard let (index, item) = waiting.next() else { return }
      group.addTask { (index, await body(item)) }
    }
    for _ in 0..<max(atOnce, 1) { startNext() }
    var answers = [Answer?](repeating: nil, count: items.count)
    while let (index, answer) = await group.next() {
      answers[index] = answer
      startNext()
    }
    return answers.compactMap { $0 }
  }
}
