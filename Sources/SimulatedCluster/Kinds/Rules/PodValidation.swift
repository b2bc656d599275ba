import Documents

/// What is wrong with a pod or a pod template.
enum PodValidation {
  static func errors(in spec: JSONValue, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    let containers = spec.list("containers")
    if containers.isEmpty { errors.append(.required("\(path).containers")) }
    let volumes = spec.list("volumes")
    errors += self.volumes(volumes, at: "\(path).volumes")
    let names = Set(volumes.compactMap { $0.string("name") })
    for (member, list) in [
      ("containers", containers), ("initContainers", spec.list("initContainers")),
    ] {
      var seen: Set<String> = []
      for (index, container) in list.enumerated() {
        let place = "\(path).\(member)[\(index)]"
        errors += self.container(container, at: place, volumes: names)
        let name = container.string("name") ?? ""
        if !seen.insert(name).inserted {
          errors.append(FieldError("\(place).name", .duplicate(.string(name))))
        }
      }
    }
    let policies = ["Always", "OnFailure", "Never"]
    if let policy = spec.string("restartPolicy"), !policies.contains(policy) {
      errors.append(.notSupported("\(path).restartPolicy", policy, policies))
    }
    if let seconds = spec.integer("terminationGracePeriodSeconds"), seconds < 0 {
      errors.append(
        .invalid(
          "\(path).terminationGracePeriodSeconds", .integer(seconds),
          "must be greater than or equal to 0"))
    }
    return errors
  }

  private static func volumes(_ volumes: [JSONValue], at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    var seen: Set<String> = []
    for (index, volume) in volumes.enumerated() {
      let place = "\(path)[\(index)]"
      let name = volume.string("name") ?? ""
      if name.isEmpty {
        errors.append(.required("\(place).name"))
      } else if !Names.isLabel(name) {
        errors.append(.invalid("\(place).name", .string(name), Names.labelRule))
      } else if !seen.insert(name).inserted {
        errors.append(FieldError("\(place).name", .duplicate(.string(name))))
      }
      let sources = (volume.objectValue ?? [:]).keys.filter { $0 != "name" }.sorted()
      for extra in sources.dropFirst() {
        errors.append(
          .forbidden("\(place).\(extra)", "may not specify more than 1 volume type"))
      }
      if let claim = volume["persistentVolumeClaim"], claim.string("claimName") ?? "" == "" {
        errors.append(.required("\(place).persistentVolumeClaim.claimName"))
      }
    }
    return errors
  }

  private static func container(
    _ container: JSONValue, at path: String, volumes: Set<String>
  ) -> [FieldError] {
    var errors: [FieldError] = []
    let name = container.string("name") ?? ""
    if name.isEmpty {
      errors.append(.required("\(path).name"))
    } else if !Names.isLabel(name) {
      errors.append(.invalid("\(path).name", .string(name), Names.labelRule))
    }
    if container.string("image") ?? "" == "" { errors.append(.required("\(path).image")) }
    for (index, mount) in container.list("volumeMounts").enumerated() {
      let place = "\(path).volumeMounts[\(index)]"
      let volume = mount.string("name") ?? ""
      if volume.isEmpty {
        errors.append(.required("\(place).name"))
      } else if !volumes.contains(volume) {
        errors.append(FieldError("\(place).name", .invalid(.string(volume)), "not found"))
      }
      if mount.string("mountPath") ?? "" == "" { errors.append(.required("\(place).mountPath")) }
    }
    for (index, variable) in container.list("env").enumerated()
    where variable.string("name") ?? "" == "" {
      errors.append(.required("\(path).env[\(index)].name"))
    }
    for (index, port) in container.list("ports").enumerated()
    where !(1...65535).contains(port.integer("containerPort") ?? 0) {
      errors.append(.required("\(path).ports[\(index)].containerPort"))
    }
    return errors + resources(container["resources"] ?? [:], at: "\(path).resources")
  }

  private static func resources(_ resources: JSONValue, at path: String) -> [FieldError] {
    var errors: [FieldError] = []
    for member in ["limits", "requests"] {
      let given = resources[member]?.objectValue ?? [:]
      for name in given.keys.sorted() {
        let text = given[name]?.stringValue ?? ""
        guard let value = Quantity.milli(text), value >= 0 else {
          errors.append(
            .invalid(
              "\(path).\(member).\(name)", .string(text), "must be a non-negative quantity"))
          continue
        }
        if member == "requests", let limit = resources.string("limits", name),
          let most = Quantity.milli(limit), value > most
        {
          errors.append(
            .invalid(
              "\(path).requests", .string(text),
              "must be less than or equal to \(name) limit of \(limit)"))
        }
      }
    }
    return errors
  }
}
