extension BuiltInTypes {
  /// Workloads, their scaling and what guards them.
  static let workloads = """
    # io.k8s.api.apps.v1
    ControllerRevision apiVersion:str data#2:any kind:str metadata#1:ObjectMeta
      revision!#3:i64
    DaemonSet apiVersion:str kind:str metadata#1:ObjectMeta spec#2:DaemonSetSpec
      status#3:DaemonSetStatus
    DaemonSetCondition lastTransitionTime#3:time message#5:str reason#4:str status!#2:str
      type!#1:str
    DaemonSetSpec minReadySeconds#4:i32 revisionHistoryLimit#6:i32 selector!#1:LabelSelector
      template!#2:PodTemplateSpec updateStrategy#3:DaemonSetUpdateStrategy
    DaemonSetStatus collisionCount#9:i32 conditions#10:[DaemonSetCondition]=type~type
      currentNumberScheduled!#1:i32 desiredNumberScheduled!#3:i32 numberAvailable#7:i32
      numberMisscheduled!#2:i32 numberReady!#4:i32 numberUnavailable#8:i32
      observedGeneration#5:i64 updatedNumberScheduled#6:i32
    DaemonSetUpdateStrategy rollingUpdate#2:RollingUpdateDaemonSet type#1:str
    Deployment apiVersion:str kind:str metadata#1:ObjectMeta spec#2:DeploymentSpec
      status#3:DeploymentStatus
    DeploymentCondition lastTransitionTime#7:time lastUpdateTime#6:time message#5:str
      reason#4:str status!#2:str type!#1:str
    DeploymentSpec minReadySeconds#5:i32 paused#7:bool progressDeadlineSeconds#9:i32
      replicas#1:i32 revisionHistoryLimit#6:i32 selector!#2:LabelSelector
      strategy#4:DeploymentStrategy^ template!#3:PodTemplateSpec
    DeploymentStatus availableReplicas#4:i32 collisionCount#8:i32
      conditions#6:[DeploymentCondition]=type~type observedGeneration#1:i64
      readyReplicas#7:i32 replicas#2:i32 terminatingReplicas#9:i32 unavailableReplicas#5:i32
      updatedReplicas#3:i32
    DeploymentStrategy rollingUpdate#2:RollingUpdateDeployment type#1:str
    ReplicaSet apiVersion:str kind:str metadata#1:ObjectMeta spec#2:ReplicaSetSpec
      status#3:ReplicaSetStatus
    ReplicaSetCondition lastTransitionTime#3:time message#5:str reason#4:str status!#2:str
      type!#1:str
    ReplicaSetSpec minReadySeconds#4:i32 replicas#1:i32 selector!#2:LabelSelector
      template#3:PodTemplateSpec
    ReplicaSetStatus availableReplicas#5:i32 conditions#6:[ReplicaSetCondition]=type~type
      fullyLabeledReplicas#2:i32 observedGeneration#3:i64 readyReplicas#4:i32
      replicas!#1:i32 terminatingReplicas#7:i32
    RollingUpdateDaemonSet maxSurge#2:ios maxUnavailable#1:ios
    RollingUpdateDeployment maxSurge#2:ios maxUnavailable#1:ios
    RollingUpdateStatefulSetStrategy maxUnavailable#2:ios partition#1:i32
    StatefulSet apiVersion:str kind:str metadata#1:ObjectMeta spec#2:StatefulSetSpec
      status#3:StatefulSetStatus
    StatefulSetCondition lastTransitionTime#3:time message#5:str reason#4:str status!#2:str
      type!#1:str
    StatefulSetOrdinals start#1:i32
    StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted#1:str whenScaled#2:str
    StatefulSetSpec minReadySeconds#9:i32 ordinals#11:StatefulSetOrdinals
      persistentVolumeClaimRetentionPolicy#10:StatefulSetPersistentVolumeClaimRetentionPolicy
      podManagementPolicy#6:str replicas#1:i32 revisionHistoryLimit#8:i32
      selector!#2:LabelSelector serviceName#5:str template!#3:PodTemplateSpec
      updateStrategy#7:StatefulSetUpdateStrategy
      volumeClaimTemplates#4:[PersistentVolumeClaim]
    StatefulSetStatus availableReplicas#11:i32 collisionCount#9:i32
      conditions#10:[StatefulSetCondition]=type~type currentReplicas#4:i32
      currentRevision#6:str observedGeneration#1:i64 readyReplicas#3:i32 replicas!#2:i32
      updateRevision#7:str updatedReplicas#5:i32
    StatefulSetUpdateStrategy rollingUpdate#2:RollingUpdateStatefulSetStrategy type#1:str
    # io.k8s.api.autoscaling.v1
    Scale apiVersion:str kind:str metadata#1:ObjectMeta spec#2:ScaleSpec
      status#3:ScaleStatus
    ScaleSpec replicas#1:i32
    ScaleStatus replicas!#1:i32 selector#2:str
    # io.k8s.api.batch.v1
    CronJob apiVersion:str kind:str metadata#1:ObjectMeta spec!#2:CronJobSpec
      status#3:CronJobStatus
    CronJobSpec concurrencyPolicy#3:str failedJobsHistoryLimit#7:i32
      jobTemplate!#5:JobTemplateSpec schedule!#1:str startingDeadlineSeconds#2:i64
      successfulJobsHistoryLimit#6:i32 suspend#4:bool timeZone#8:str
    CronJobStatus active#1:[ObjectReference] lastScheduleTime#4:time
      lastSuccessfulTime#5:time
    Job apiVersion:str kind:str metadata#1:ObjectMeta spec#2:JobSpec status#3:JobStatus
    JobCondition lastProbeTime#3:time lastTransitionTime#4:time message#6:str reason#5:str
      status!#2:str type!#1:str
    JobSpec activeDeadlineSeconds#3:i64 backoffLimit#7:i32 backoffLimitPerIndex#12:i32
      completionMode#9:str completions#2:i32 managedBy#15:str manualSelector#5:bool
      maxFailedIndexes#13:i32 parallelism#1:i32 podFailurePolicy#11:PodFailurePolicy
      podReplacementPolicy#14:str selector#4:LabelSelector successPolicy#16:SuccessPolicy
      suspend#10:bool template!#6:PodTemplateSpec ttlSecondsAfterFinished#8:i32
    JobStatus active#4:i32 completedIndexes#7:str completionTime#3:time
      conditions#1:[JobCondition]~type failed#6:i32 failedIndexes#10:str ready#9:i32
      startTime#2:time succeeded#5:i32 terminating#11:i32
      uncountedTerminatedPods#8:UncountedTerminatedPods
    JobTemplateSpec metadata#1:ObjectMeta spec#2:JobSpec
    PodFailurePolicy rules!#1:[PodFailurePolicyRule]
    PodFailurePolicyOnExitCodesRequirement containerName#1:str operator!#2:str
      values!#3:[i32]=*
    PodFailurePolicyOnPodConditionsPattern status#2:str type!#1:str
    PodFailurePolicyRule action!#1:str onExitCodes#2:PodFailurePolicyOnExitCodesRequirement
      onPodConditions#3:[PodFailurePolicyOnPodConditionsPattern]
    SuccessPolicy rules!#1:[SuccessPolicyRule]
    SuccessPolicyRule succeededCount#2:i32 succeededIndexes#1:str
    UncountedTerminatedPods failed#2:[str]=* succeeded#1:[str]=*
    # io.k8s.api.policy.v1
    PodDisruptionBudget apiVersion:str kind:str metadata#1:ObjectMeta
      spec#2:PodDisruptionBudgetSpec status#3:PodDisruptionBudgetStatus
    PodDisruptionBudgetSpec maxUnavailable#3:ios minAvailable#1:ios
      selector#2:LabelSelector% unhealthyPodEvictionPolicy#4:str
    PodDisruptionBudgetStatus conditions#7:[Condition]=type~type currentHealthy#4:i32
      desiredHealthy#5:i32 disruptedPods#2:{time} disruptionsAllowed#3:i32
      expectedPods#6:i32 observedGeneration#1:i64
    # io.k8s.api.scheduling.v1
    PriorityClass apiVersion:str description#4:str globalDefault#3:bool kind:str
      metadata#1:ObjectMeta preemptionPolicy#5:str value#2:i32
    """
}
