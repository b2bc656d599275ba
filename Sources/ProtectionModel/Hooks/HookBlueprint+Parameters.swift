extension HookBlueprint {
  /// The same blueprint with values in place of `$(params.NAME)`; a parameter without a value
  /// becomes empty text.
  public func substituting(_ values: [String: ParameterValue]) -> HookBlueprint {
    let filler = ParameterFiller(values: values)
    var blueprint = self
    blueprint.target.container = target.container.map(filler.text)
    if case .primary(var probe) = target.pick {
      probe.exec = filler.command(probe.exec)
      probe.equals = filler.text(probe.equals)
      blueprint.target.pick = .primary(probe: probe)
    }
    switch quiesce {
    case .session(let session): blueprint.quiesce = .session(filler.session(session))
    case .freeze(let freeze): blueprint.quiesce = .freeze(filler.freeze(freeze))
    case nil: break
    }
    for index in restore.indices {
      blueprint.restore[index].path = filler.text(restore[index].path)
    }
    return blueprint
  }
}

/// Puts values in the places of a blueprint that may hold `$(params.NAME)`.
struct ParameterFiller {
  let values: [String: ParameterValue]

  func text(_ template: String) -> String {
    ParameterTemplate(template).pieces.reduce(into: "") { text, piece in
      switch piece {
      case .literal(let literal): text += literal
      case .parameter(let name):
        switch values[name] {
        case .text(let value): text += value
        case .command(let words): text += words.joined(separator: " ")
        case nil: break
        }
      }
    }
  }

  /// A word that is nothing but a parameter of type Command becomes all of its words.
  func command(_ words: [String]) -> [String] {
    words.flatMap { word in
      if let name = ParameterTemplate(word).onlyParameter, case .command(let inner) = values[name] {
        return inner
      }
      return [text(word)]
    }
  }

  func hook(_ hook: ExecHook) -> ExecHook {
    ExecHook(exec: command(hook.exec), timeout: hook.timeout)
  }

  func session(_ session: HookSession) -> HookSession {
    var session = session
    session.command = command(session.command)
    for index in session.steps.indices {
      session.steps[index].send = text(session.steps[index].send)
      session.steps[index].expect = session.steps[index].expect.map(text)
    }
    return session
  }

  func freeze(_ freeze: FreezeThaw) -> FreezeThaw {
    var freeze = freeze
    freeze.freeze = hook(freeze.freeze)
    freeze.thaw.exec = hook(freeze.thaw.exec)
    freeze.thaw.probe = freeze.thaw.probe.map(hook)
    return freeze
  }
}

/// Text with `$(params.NAME)` in it. Whatever else begins with `$` is left alone.
struct ParameterTemplate {
  enum Piece: Hashable {
    case literal(String)
    case parameter(String)
  }

  var pieces: [Piece] = []

  init(_ text: String) {
    var rest = Substring(text)
    while let open = rest.firstRange(of: "$(params.") {
      guard let close = rest[open.upperBound...].firstIndex(of: ")") else { break }
      if open.lowerBound > rest.startIndex {
        pieces.append(.literal(String(rest[..<open.lowerBound])))
      }
      pieces.append(.parameter(String(rest[open.upperBound..<close])))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { pieces.append(.literal(String(rest))) }
  }

  /// The parameter's name where the text is one parameter and nothing else.
  var onlyParameter: String? {
    if pieces.count == 1, case .parameter(let name) = pieces[0] { name } else { nil }
  }

  var parameters: [String] {
    pieces.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
  }
}
