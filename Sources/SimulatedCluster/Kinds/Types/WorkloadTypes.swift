extension BuiltInTypes {
  /// Workloads, their scaling and what guards them.
  static let workloads = """
    # io.k8s.api.apps.v1
    ControllerRevision apiVersion:str data:any kind:str metadata:ObjectMeta revision!:i64
    DaemonSet apiVersion:str kind:str metadata:ObjectMeta spec:DaemonSetSpec
      status:DaemonSetStatus
    DaemonSetCondition lastTransitionTime:time message:str reason:str status!:str type!:str
    DaemonSetSpec minReadySeconds:i32 revisionHistoryLimit:i32 selector!:LabelSelector
      template!:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy
    DaemonSetStatus collisionCount:i32 conditions:[DaemonSetCondition]=type~type
      currentNumberScheduled!:i32 desiredNumberScheduled!:i32 numberAvailable:i32
      numberMisscheduled!:i32 numberReady!:i32 numberUnavailable:i32 observedGeneration:i64
      updatedNumberScheduled:i32
    DaemonSetUpdateStrategy rollingUpdate:RollingUpdateDaemonSet type:str
    Deployment apiVersion:str kind:str metadata:ObjectMeta spec:DeploymentSpec
      status:DeploymentStatus
    DeploymentCondition lastTransitionTime:time lastUpdateTime:time message:str reason:str
      status!:str type!:str
    DeploymentSpec minReadySeconds:i32 paused:bool progressDeadlineSeconds:i32 replicas:i32
      revisionHistoryLimit:i32 selector!:LabelSelector strategy:DeploymentStrategy^
      template!:PodTemplateSpec
    DeploymentStatus availableReplicas:i32 collisionCount:i32
      conditions:[DeploymentCondition]=type~type observedGeneration:i64 readyReplicas:i32
      replicas:i32 terminatingReplicas:i32 unavailableReplicas:i32 updatedReplicas:i32
    DeploymentStrategy rollingUpdate:RollingUpdateDeployment type:str
    ReplicaSet apiVersion:str kind:str metadata:ObjectMeta spec:ReplicaSetSpec
      status:ReplicaSetStatus
    ReplicaSetCondition lastTransitionTime:time message:str reason:str status!:str type!:str
    ReplicaSetSpec minReadySeconds:i32 replicas:i32 selector!:LabelSelector
      template:PodTemplateSpec
    ReplicaSetStatus availableReplicas:i32 conditions:[ReplicaSetCondition]=type~type
      fullyLabeledReplicas:i32 observedGeneration:i64 readyReplicas:i32 replicas!:i32
      terminatingReplicas:i32
    RollingUpdateDaemonSet maxSurge:ios maxUnavailable:ios
    RollingUpdateDeployment maxSurge:ios maxUnavailable:ios
    RollingUpdateStatefulSetStrategy maxUnavailable:ios partition:i32
    StatefulSet apiVersion:str kind:str metadata:ObjectMeta spec:StatefulSetSpec
      status:StatefulSetStatus
    StatefulSetCondition lastTransitionTime:time message:str reason:str status!:str type!:str
    StatefulSetOrdinals start:i32
    StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:str whenScaled:str
    StatefulSetSpec minReadySeconds:i32 ordinals:StatefulSetOrdinals
      persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy
      podManagementPolicy:str replicas:i32 revisionHistoryLimit:i32 selector!:LabelSelector
      serviceName:str template!:PodTemplateSpec updateStrategy:StatefulSetUpdateStrategy
      volumeClaimTemplates:[PersistentVolumeClaim]
    StatefulSetStatus availableReplicas:i32 collisionCount:i32
      conditions:[StatefulSetCondition]=type~type currentReplicas:i32 currentRevision:str
      observedGeneration:i64 readyReplicas:i32 replicas!:i32 updateRevision:str
      updatedReplicas:i32
    StatefulSetUpdateStrategy rollingUpdate:RollingUpdateStatefulSetStrategy type:str
    # io.k8s.api.autoscaling.v1
    Scale apiVersion:str kind:str metadata:ObjectMeta spec:ScaleSpec status:ScaleStatus
    ScaleSpec replicas:i32
    ScaleStatus replicas!:i32 selector:str
    # io.k8s.api.batch.v1
    CronJob apiVersion:str kind:str metadata:ObjectMeta spec!:CronJobSpec status:CronJobStatus
    CronJobSpec concurrencyPolicy:str failedJobsHistoryLimit:i32 jobTemplate!:JobTemplateSpec
      schedule!:str startingDeadlineSeconds:i64 successfulJobsHistoryLimit:i32 suspend:bool
      timeZone:str
    CronJobStatus active:[ObjectReference] lastScheduleTime:time lastSuccessfulTime:time
    Job apiVersion:str kind:str metadata:ObjectMeta spec:JobSpec status:JobStatus
    JobCondition lastProbeTime:time lastTransitionTime:time message:str reason:str status!:str
      type!:str
    JobSpec activeDeadlineSeconds:i64 backoffLimit:i32 backoffLimitPerIndex:i32
      completionMode:str completions:i32 managedBy:str manualSelector:bool maxFailedIndexes:i32
      parallelism:i32 podFailurePolicy:PodFailurePolicy podReplacementPolicy:str
      selector:LabelSelector successPolicy:SuccessPolicy suspend:bool template!:PodTemplateSpec
      ttlSecondsAfterFinished:i32
    JobStatus active:i32 completedIndexes:str completionTime:time conditions:[JobCondition]~type
      failed:i32 failedIndexes:str ready:i32 startTime:time succeeded:i32 terminating:i32
      uncountedTerminatedPods:UncountedTerminatedPods
    JobTemplateSpec metadata:ObjectMeta spec:JobSpec
    PodFailurePolicy rules!:[PodFailurePolicyRule]
    PodFailurePolicyOnExitCodesRequirement containerName:str operator!:str values!:[i32]=*
    PodFailurePolicyOnPodConditionsPattern status:str type!:str
    PodFailurePolicyRule action!:str onExitCodes:PodFailurePolicyOnExitCodesRequirement
      onPodConditions:[PodFailurePolicyOnPodConditionsPattern]
    SuccessPolicy rules!:[SuccessPolicyRule]
    SuccessPolicyRule succeededCount:i32 succeededIndexes:str
    UncountedTerminatedPods failed:[str]=* succeeded:[str]=*
    # io.k8s.api.policy.v1
    PodDisruptionBudget apiVersion:str kind:str metadata:ObjectMeta spec:PodDisruptionBudgetSpec
      status:PodDisruptionBudgetStatus
    PodDisruptionBudgetSpec maxUnavailable:ios minAvailable:ios selector:LabelSelector%
      unhealthyPodEvictionPolicy:str
    PodDisruptionBudgetStatus conditions:[Condition]=type~type currentHealthy:i32
      desiredHealthy:i32 disruptedPods:{time} disruptionsAllowed:i32 expectedPods:i32
      observedGeneration:i64
    # io.k8s.api.scheduling.v1
    PriorityClass apiVersion:str description:str globalDefault:bool kind:str metadata:ObjectMeta
      preemptionPolicy:str value:i32
    """
}
