extension DiagnosticCode {
  /// How much a finding of this kind matters unless the finding itself says otherwise.
  public var severity: Severity {
    switch self {
    case .protectedTwice, .crowdedMinute, .sharedDedupScope, .dumpDeletedBeforeCopy,
      .scheduleMissesObjective, .webhookUnanswered, .gitOpsOutOfReach:
      .warning
    default: .error
    }
  }

  /// A few words, as a heading.
  public var title: String { text.title }

  /// Why it is a mistake and how to put it right, in whole sentences.
  public var explanation: String { text.explanation }

  private var text: (title: String, explanation: String) {
    switch self {
    case .syntaxError:
      (
        "The file is no YAML",
        """
        The parser could not make sense of the text at this place. Common reasons are a tab used \
        for indentation, a missing space after a colon, an unclosed quote or bracket, and a value \
        that contains `: ` without quotes. Documents before the mistake are still checked.
        """
      )
    case .unknownField:
      (
        "No such field",
        """
        Objects hold known fields only, so that a misspelt one is not silently ignored. The hint \
        names the closest known field; `oadp-plan schema export` gives editors all of them.
        """
      )
    case .wrongType:
      (
        "A value of the wrong type",
        """
        The field expects another type, such as a list where a single value was given. Numbers \
        and booleans become text by quoting them.
        """
      )
    case .unknownValue:
      (
        "A value that is none of the allowed ones",
        "The field takes one of a few words, and case matters: `Application`, not `application`."
      )
    case .duplicateName:
      (
        "Two objects or items with one name",
        """
        Names identify: objects within their kind and namespace, items within their list. The \
        note names the first place; rename or remove one of the two.
        """
      )
    case .invalidDuration:
      (
        "No duration",
        """
        A duration is a whole number with a unit: `500ms`, `90s`, `15m`, `1h`, `14d`, `2w`. Units \
        can be combined from large to small: `1h30m`.
        """
      )
    case .invalidSchedule:
      (
        "No cron schedule",
        """
        A schedule has five fields: minute, hour, day of month, month, day of week. Each takes \
        `*`, numbers, ranges `1-5`, steps `*/15`, lists, and names of months and weekdays.
        """
      )
    case .invalidTimezone:
      (
        "No such time zone",
        """
        Time zones are named as in the IANA database: `UTC`, `Europe/Berlin`. Abbreviations such \
        as `CET` are ambiguous. Schedules use their own zone, or the project's; without either a \
        schedule would depend on the machine that runs it.
        """
      )
    case .unresolvedReference:
      (
        "A reference to something that is not declared",
        """
        The plan files given to the command declare no such object. References name objects of \
        the same set of files; give the command the directory that holds all of them.
        """
      )
    case .duplicateKey:
      (
        "One key twice in a mapping",
        """
        YAML tools disagree which of the two values counts, so neither is taken. The note names \
        the first place.
        """
      )
    case .boundExceeded:
      (
        "The file exceeds a limit",
        """
        Plan files are bounded in size, depth, number of values and in what aliases may expand \
        to, so that no file can exhaust the machine that reads it.
        """
      )
    case .missingField:
      ("A required field is missing", "The object means nothing without this field.")
    case .invalidValue:
      (
        "A value out of its range or form",
        "The value has the right type but not the form or range that the field asks for."
      )
    case .extendsCycle:
      (
        "Policies that extend each other in a circle",
        "A policy takes what it does not say from the one it extends; a circle never ends."
      )
    case .ambiguousScalar:
      (
        "A word that some YAML tools read as a boolean",
        """
        `yes`, `no`, `on` and `off` are booleans in YAML 1.1 and text in YAML 1.2. Write `true` or \
        `false`, or put quotes around the word.
        """
      )
    case .unsupportedYAML:
      (
        "A YAML feature that plan files do not have",
        """
        Merge keys (`<<`), tags other than the core schema's, and keys that are not text are \
        refused: they hide where a value comes from. Policies share settings with `extends`.
        """
      )
    case .unknownKind:
      (
        "No such kind of object",
        """
        Every document says `apiVersion: oadp-plan.dev/v1alpha1` and one of the kinds Project, \
        StorageLocation, Repository, HookBlueprint, ProtectionPolicy, ProtectionPlan, RestorePlan.
        """
      )
    case .invalidParameter:
      (
        "A hook parameter is missing, unknown or of the wrong type",
        """
        A blueprint declares its parameters. A use gives a value to each required one and to no \
        other; a parameter of type Command takes a list of words.
        """
      )
    case .conflictingFields:
      (
        "Fields that exclude each other",
        "Exactly one of these fields says what is meant; with several, none is believed."
      )
    case .freezeWithoutThaw:
      (
        "A freeze that nothing undoes",
        """
        A blueprint that freezes needs a `thaw`, and a session that begins something needs a step \
        with `guard: true`. Guards run on success, failure, timeout and after a crash; without \
        one the application stays held after the first failure.
        """
      )
    case .freezeAboveCap:
      (
        "A freeze may last longer than the project allows",
        """
        `guardrails.maxFreeze` of the Project caps how long any hook may hold an application. \
        Lower the blueprint's `maxFreeze`, or raise the cap in a reviewed change.
        """
      )
    case .freezeOnSharedFilesystem:
      (
        "fsfreeze does not work on this filesystem",
        """
        Network filesystems such as CephFS and NFS do not support freezing. Their snapshots are \
        consistent per volume; use `maintenance-mode` or require `consistency: Volume`.
        """
      )
    case .oneShotSession:
      (
        "A one-shot hook cannot hold PostgreSQL's backup mode",
        """
        Since PostgreSQL 15, backup mode belongs to the session that called pg_backup_start and \
        ends with it. A one-shot exec closes its session when the command returns, so the cut \
        that follows is taken outside of backup mode, and a later pg_backup_stop fails. Use a \
        `session` hook, which keeps one stream open from begin to end; the blueprint \
        `postgres-hot` is one.
        """
      )
    case .thawNotRepeatable:
      (
        "A thaw that cannot be repeated safely",
        """
        A thaw is delivered at least once: after a crash it runs again. Say `idempotent: true` \
        where a second one does no harm, or give a `probe` that tells whether it is needed.
        """
      )
    case .unknownStep:
      (
        "No such hook, step or artifact",
        """
        Hooks name a blueprint, cuts name steps of its session, and restores name what a step \
        captured. An unknown name would otherwise mean that nothing happens.
        """
      )
    case .emptySelection:
      (
        "A plan that selects nothing",
        """
        A plan without workloads, claims or labels protects nothing and would succeed at it. Also \
        an error: a group that no volume belongs to.
        """
      )
    case .protectedTwice:
      (
        "Two plans protect the same claim",
        "Both would quiesce and copy it. Narrow one of the selections, or merge the plans."
      )
    case .secretInPlainText:
      (
        "A value that looks like a secret",
        """
        Plan files live in git and hold references only. Put the value into a Kubernetes Secret \
        and name it with a `…SecretRef`; treat the value as leaked.
        """
      )
    case .exposedRepositoryPassword:
      (
        "A repository password that is shared or lost with the data",
        """
        A password kept only in the namespace that its repository protects is gone when the \
        namespace is, and the backup with it. One password for two repositories means that \
        whoever reads one reads both.
        """
      )
    case .crowdedMinute:
      (
        "Many plans start in the same minute",
        """
        They compete for the snapshotter, the network and the repository. Give the schedule a \
        `jitter`, or spread the minutes.
        """
      )
    case .sharedDedupScope:
      (
        "Several namespaces share one repository password",
        """
        With `dedupScope: Shared` whoever can read one namespace's backup can read all of them. \
        Use `Namespace`, or accept it for tenants that trust each other.
        """
      )
    case .restoreOverLiveVolume:
      (
        "A restore over volumes that may be in use",
        """
        `existing.volumes: Replace` and `InPlace` write over claims that running pods may mount. \
        Say `safety: {scaleDown: Recorded}`: workloads go to zero first and come back after, \
        whatever happens.
        """
      )
    case .dumpDeletedBeforeCopy:
      (
        "A thaw deletes files before they are copied",
        """
        The thaw runs after the cut and before the copy. A mover with `access: Direct` reads the \
        live volume, so what the thaw deletes is never copied. Use a snapshot, or delete the dump \
        at the next freeze.
        """
      )
    case .impossibleCutOrder:
      (
        "Cuts that no order of steps can satisfy",
        """
        Each volume is cut once, at the moment its rule names; steps run in the order in which the \
        session lists them.
        """
      )
    case .requirementUnreachable:
      (
        "A plan cannot reach the consistency it requires",
        """
        `Application` needs a hook that provides it, `Group` one group over all volumes, \
        `Bracketed` a bracket over all volumes or a quiesced application. Add what is missing, or \
        lower the requirement in the plan's `overrides`, where it is reviewed.
        """
      )
    case .secretOutOfReach:
      (
        "A Secret that movers cannot mount",
        """
        Movers run in the namespace of their repository's password, and no Secret is ever copied. \
        Keep the credentials and the certificate authority of the storage location in the same \
        namespace.
        """
      )
    case .scheduleMissesObjective:
      (
        "A schedule that cannot meet the objective",
        """
        The time between two slots is longer than `objectives.rpo`, so the newest recovery point \
        is too old for a part of every period. Run more often, or raise the objective.
        """
      )
    default: liveText
    }
  }
}
