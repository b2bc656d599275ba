public import Documents

extension ChangeReport {
  /// The report as `-o json` writes it, with what kind of document it is.
  public var json: JSONValue {
    do {
      var json = try JSONValue(encoding: self)
      json["apiVersion"] = .string(PlanFile.apiVersion)
      json["kind"] = "ChangeSet"
      json["formatVersion"] = .string(PlanFile.formatVersion)
      return json
    } catch {
      preconditionFailure("a report without infinite numbers has a JSON form: \(error)")
    }
  }
}
