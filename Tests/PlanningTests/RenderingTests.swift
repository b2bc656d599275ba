import ClusterModel
import Documents
import Planning
import ProtectionModel
import Testing

@Suite("Rendering") struct RenderingTests {
  @Test("without colour no escape is written, and names cannot write one")
  func noEscapes() throws {
    var changes = try GoldenTests.changes(.expiry).report
    changes.changes[0].title = "point \u{1B}[2J\r\nPlan: nothing"
    let text = TextDiff(changes).text
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("+ point  [2J  Plan: nothing"))
  }

  @Test("colour adds escapes and takes no word away")
  func colour() throws {
    let report = try GoldenTests.changes(.expiry).report
    let colored = TextDiff(report, options: TextDiff.Options(isColored: true)).text
    #expect(colored.contains("\u{1B}[32m+\u{1B}[0m point 20261122T020000Z"))
    var plain = colored
    for code in ["31", "32", "33", "36", "2", "0"] {
      plain = plain.split(separator: "\u{1B}[\(code)m", omittingEmptySubsequences: false).joined()
    }
    #expect(plain == TextDiff(report).text)
  }

  @Test("unchanged plans are listed on request")
  func unchanged() throws {
    let report = try GoldenTests.changes(.noChanges).report
    #expect(
      TextDiff(report, options: TextDiff.Options(showsUnchanged: true)).text == """
        = shop/pg  19m since the last point

        No changes. 1 plan protects 2 volumes; every objective is met (tightest: shop/pg, 41m left).

        """)
  }

  @Test(
    "Markdown stays within its limit, and every fence and fold is closed",
    arguments: [200, 900, 3000, 60_000])
  func limit(bytesMax: Int) throws {
    let changes = try GoldenTests.changes(.expiry)
    let text = MarkdownDiff(changes.report, graph: try changes.graph(), bytesMax: bytesMax).text
    #expect(text.utf8.count <= max(bytesMax, 200))
    let lines = text.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("```") }.isMultiple(of: 2))
    #expect(lines.count { $0.hasPrefix("<details>") } == lines.count { $0 == "</details>" })
  }

  @Test("text in Markdown is no markup, and cannot end its fence")
  func markup() throws {
    var report = try GoldenTests.changes(.expiry).report
    report.changes[0].facts = ["<script>|*x*"]
    report.changes[0].steps[0].text = "```"
    let text = MarkdownDiff(report).text
    #expect(text.contains(#"&lt;script&gt;\|\*x\*"#))
    #expect(text.contains("````diff\n"))
  }

  @Test("a report in JSON says what it is")
  func json() throws {
    let json = try GoldenTests.changes(.firstPoint).report.json
    #expect(json["kind"] == "ChangeSet")
    #expect(
      json["summary"] == [
        "create": 1, "update": 0, "delete": 0, "run": 2, "blocked": 0, "unchanged": 0, "failed": 0,
        "uncovered": 0,
        "estimate": ["bytesMax": .integer(22 << 30), "freezeSecondsMax": 0],
      ])
    #expect(json["changes"]?[0]?["address"] == "shop/pg@20261122T020000Z")
    #expect(json["changes"]?[0]?["reason"] == "slot_due")
    #expect(
      json["changes"]?[0]?["source"] == ["file": "plans/shop/pg.yaml", "line": 1, "column": 1])
  }

  @Test("labels are label values, and different texts stay different")
  func labels() {
    let labels = OwnershipLabels.labels(
      run: "20261122T020007Z-5f3a09c1", node: "shop/pg/data:cut", plan: Shop.pg)
    #expect(
      labels == [
        "app.kubernetes.io/managed-by": "oadp-plan",
        "oadp-plan.dev/run": "20261122T020007Z-5f3a09c1",
        "oadp-plan.dev/node": "shop.pg.data_cut", "oadp-plan.dev/plan": "shop.pg",
      ])
    let hostile = ["shop.pg", "shop_pg", String(repeating: "a", count: 300), "", "-", "ü", "x/"]
    let values = hostile.map(OwnershipLabels.value)
    #expect(Set(values + ["shop.pg"]).count == hostile.count + 1)
    for value in values {
      #expect(value.utf8.count <= 63)
      #expect(value.first?.isLetter == true || value.first?.isNumber == true)
      #expect(value.last?.isLetter == true || value.last?.isNumber == true)
    }
  }
}
