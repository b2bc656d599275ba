import Documents
import ProtectionModel
import Testing

@Suite("Cron schedules") struct CronScheduleTests {
  @Test(
    "the latest slot is the newest one that is not after the instant",
    arguments: [
      ("0 * * * *", "2026-11-22T02:59:59Z", "2026-11-22T02:00:00Z"),
      ("0 * * * *", "2026-11-22T02:00:00Z", "2026-11-22T02:00:00Z"),
      ("*/15 9-17 * * mon-fri", "2026-11-22T12:00:00Z", "2026-11-20T17:45:00Z"),
      ("30 2 1 * *", "2026-11-22T00:00:00Z", "2026-11-01T02:30:00Z"),
      ("0 0 29 2 *", "2026-11-22T00:00:00Z", "2024-02-29T00:00:00Z"),
      ("0 0 13 * 5", "2026-11-22T00:00:00Z", "2026-11-20T00:00:00Z"),
      ("0 4 * * 7", "2026-11-22T05:00:00Z", "2026-11-22T04:00:00Z"),
      ("@daily", "2026-11-22T05:00:00Z", "2026-11-22T00:00:00Z"),
      ("5,10 0 * jan,DEC *", "2026-11-22T05:00:00Z", "2026-01-31T00:10:00Z"),
    ])
  func latestSlot(text: String, instant: String, expected: String) throws {
    let schedule = try CronSchedule(text)
    let slot = schedule.latestSlot(atOrBefore: try #require(Timestamp(instant)))
    #expect(slot?.description == expected)
  }

  @Test("the next slot is after the instant, never at it")
  func nextSlot() throws {
    let schedule = try CronSchedule("0 */6 * * *")
    let noon = try #require(Timestamp("2026-11-22T12:00:00Z"))
    #expect(schedule.nextSlot(after: noon)?.description == "2026-11-22T18:00:00Z")
    let last = try #require(Timestamp("2026-12-31T18:00:00.5Z"))
    #expect(schedule.nextSlot(after: last)?.description == "2027-01-01T00:00:00Z")
  }

  /// Berlin in 2026: clocks go from 02:00 to 03:00 on 29 March, from 03:00 to 02:00 on 25 October.
  static let berlin: TimeZoneRules = {
    let summer = Timestamp("2026-03-29T01:00:00Z")!..<Timestamp("2026-10-25T01:00:00Z")!
    return TimeZoneRules(name: "Europe/Berlin") { instant in
      summer.contains(instant) ? .seconds(7200) : .seconds(3600)
    }
  }()

  @Test(
    "a local time that the clocks skip comes when they jump, one that comes twice comes once",
    arguments: [
      ("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
      ("30 2 * * *", "2026-03-29T12:00:00Z", "2026-03-30T00:30:00Z"),
      ("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
      ("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
      ("0 0 * * *", "2026-11-22T12:00:00Z", "2026-11-22T23:00:00Z"),
    ])
  func summerTime(text: String, instant: String, expected: String) throws {
    let start = try #require(Timestamp(instant))
    let slot = try CronSchedule(text).nextSlot(after: start, zone: Self.berlin)
    #expect(slot?.description == expected)
  }

  @Test("the slot after the latest is after the instant, for every minute of two days")
  func slotsEncloseInstants() throws {
    let start = try #require(Timestamp("2026-03-28T00:00:00Z"))
    for text in ["0 * * * *", "*/7 * * * *", "15 2,3 * * *", "0 0 * * 0"] {
      let schedule = try CronSchedule(text)
      for minute in stride(from: 0, to: 2 * 1440, by: 13) {
        let instant = start + .seconds(minute * 60)
        let latest = try #require(
          schedule.latestSlot(atOrBefore: instant, zone: Self.berlin))
        let next = try #require(schedule.nextSlot(after: latest, zone: Self.berlin))
        #expect(latest <= instant && next > instant, "\(text) at \(instant)")
      }
    }
  }

  @Test(
    "what is no schedule says which field is wrong",
    arguments: [
      ("", "A cron schedule has 5 fields, not 0"),
      ("* * * *", "A cron schedule has 5 fields, not 4"),
      ("60 * * * *", "`60` is no minute from 0 to 59"),
      ("* 24 * * *", "`24` is no hour from 0 to 23"),
      ("* * 0 * *", "`0` is no day of month from 1 to 31"),
      ("* * * 13 *", "`13` is no month from 1 to 12"),
      ("* * * * 8", "`8` is no day of week from 0 to 7"),
      ("5-1 * * * *", "`5-1` is no minute from 0 to 59"),
      ("*/0 * * * *", "`*/0` is no minute from 0 to 59"),
      ("1,,2 * * * *", "`` is no minute from 0 to 59"),
      ("-1 * * * *", "`-1` is no minute from 0 to 59"),
      ("+1 * * * *", "`+1` is no minute from 0 to 59"),
      ("99999999999999999999 * * * *", "`99999999999999999999` is no minute from 0 to 59"),
      ("0 0 30 2 *", "No month has the days `30` of months `2`"),
    ])
  func mistakes(text: String, expected: String) {
    #expect(throws: CronError(message: expected)) { try CronSchedule(text) }
  }
}
