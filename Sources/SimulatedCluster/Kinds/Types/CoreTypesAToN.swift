extension BuiltInTypes {
  /// The core group, first half.
  static let coreAToN = """
    # io.k8s.api.core.v1
    Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
    AppArmorProfile localhostProfile:str type!:str
    AttachedVolume devicePath!:str name!:str
    CSIPersistentVolumeSource controllerExpandSecretRef:SecretReference
      controllerPublishSecretRef:SecretReference driver!:str fsType:str
      nodeExpandSecretRef:SecretReference nodePublishSecretRef:SecretReference
      nodeStageSecretRef:SecretReference readOnly:bool volumeAttributes:{str} volumeHandle!:str
    CSIVolumeSource driver!:str fsType:str nodePublishSecretRef:LocalObjectReference
      readOnly:bool volumeAttributes:{str}
    Capabilities add:[str] drop:[str]
    ClientIPConfig timeoutSeconds:i32
    ConfigMap apiVersion:str binaryData:{bytes} data:{str} immutable:bool kind:str
      metadata:ObjectMeta
    ConfigMapEnvSource name:str optional:bool
    ConfigMapKeySelector@ key!:str name:str optional:bool
    ConfigMapNodeConfigSource kubeletConfigKey!:str name!:str namespace!:str resourceVersion:str
      uid:str
    ConfigMapProjection items:[KeyToPath] name:str optional:bool
    ConfigMapVolumeSource defaultMode:i32 items:[KeyToPath] name:str optional:bool
    Container args:[str] command:[str] env:[EnvVar]=name~name envFrom:[EnvFromSource] image:str
      imagePullPolicy:str lifecycle:Lifecycle livenessProbe:Probe name!:str
      ports:[ContainerPort]=containerPort,protocol~containerPort readinessProbe:Probe
      resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements restartPolicy:str
      restartPolicyRules:[ContainerRestartRule] securityContext:SecurityContext
      startupProbe:Probe stdin:bool stdinOnce:bool terminationMessagePath:str
      terminationMessagePolicy:str tty:bool volumeDevices:[VolumeDevice]=devicePath~devicePath
      volumeMounts:[VolumeMount]=mountPath~mountPath workingDir:str
    ContainerExtendedResourceRequest containerName!:str requestName!:str resourceName!:str
    ContainerImage names:[str] sizeBytes:i64
    ContainerPort containerPort!:i32 hostIP:str hostPort:i32 name:str protocol:str
    ContainerResizePolicy resourceName!:str restartPolicy!:str
    ContainerRestartRule action!:str exitCodes:ContainerRestartRuleOnExitCodes
    ContainerRestartRuleOnExitCodes operator!:str values:[i32]=*
    ContainerState running:ContainerStateRunning terminated:ContainerStateTerminated
      waiting:ContainerStateWaiting
    ContainerStateRunning startedAt:time
    ContainerStateTerminated containerID:str exitCode!:i32 finishedAt:time message:str
      reason:str signal:i32 startedAt:time
    ContainerStateWaiting message:str reason:str
    ContainerStatus allocatedResources:{qty} allocatedResourcesStatus:[ResourceStatus]=name~name
      containerID:str image!:str imageID!:str lastState:ContainerState name!:str ready!:bool
      resources:ResourceRequirements restartCount!:i32 started:bool state:ContainerState
      stopSignal:str user:ContainerUser volumeMounts:[VolumeMountStatus]=mountPath~mountPath
    ContainerUser linux:LinuxContainerUser
    DaemonEndpoint Port!:i32
    DownwardAPIProjection items:[DownwardAPIVolumeFile]
    DownwardAPIVolumeFile fieldRef:ObjectFieldSelector mode:i32 path!:str
      resourceFieldRef:ResourceFieldSelector
    DownwardAPIVolumeSource defaultMode:i32 items:[DownwardAPIVolumeFile]
    EmptyDirVolumeSource medium:str sizeLimit:qty
    EndpointAddress@ hostname:str ip!:str nodeName:str targetRef:ObjectReference
    EndpointPort@ appProtocol:str name:str port!:i32 protocol:str
    EndpointSubset addresses:[EndpointAddress] notReadyAddresses:[EndpointAddress]
      ports:[EndpointPort]
    Endpoints apiVersion:str kind:str metadata:ObjectMeta subsets:[EndpointSubset]
    EnvFromSource configMapRef:ConfigMapEnvSource prefix:str secretRef:SecretEnvSource
    EnvVar name!:str value:str valueFrom:EnvVarSource
    EnvVarSource configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector
      fileKeyRef:FileKeySelector resourceFieldRef:ResourceFieldSelector
      secretKeyRef:SecretKeySelector
    EphemeralContainer args:[str] command:[str] env:[EnvVar]=name~name envFrom:[EnvFromSource]
      image:str imagePullPolicy:str lifecycle:Lifecycle livenessProbe:Probe name!:str
      ports:[ContainerPort]=containerPort,protocol~containerPort readinessProbe:Probe
      resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements restartPolicy:str
      restartPolicyRules:[ContainerRestartRule] securityContext:SecurityContext
      startupProbe:Probe stdin:bool stdinOnce:bool targetContainerName:str
      terminationMessagePath:str terminationMessagePolicy:str tty:bool
      volumeDevices:[VolumeDevice]=devicePath~devicePath
      volumeMounts:[VolumeMount]=mountPath~mountPath workingDir:str
    EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate
    Event action:str apiVersion:str count:i32 eventTime:mtime firstTimestamp:time
      involvedObject!:ObjectReference kind:str lastTimestamp:time message:str
      metadata!:ObjectMeta reason:str related:ObjectReference reportingComponent:str
      reportingInstance:str series:EventSeries source:EventSource type:str
    EventSeries count:i32 lastObservedTime:mtime
    EventSource component:str host:str
    ExecAction command:[str]
    FileKeySelector@ key!:str optional:bool path!:str volumeName!:str
    GRPCAction port!:i32 service:str
    HTTPGetAction host:str httpHeaders:[HTTPHeader] path:str port!:ios scheme:str
    HTTPHeader name!:str value!:str
    HostAlias hostnames:[str] ip!:str
    HostIP ip!:str
    HostPathVolumeSource path!:str type:str
    ImageVolumeSource pullPolicy:str reference:str
    ImageVolumeStatus imageRef!:str
    KeyToPath key!:str mode:i32 path!:str
    Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:str
    LifecycleHandler exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction
      tcpSocket:TCPSocketAction
    LimitRange apiVersion:str kind:str metadata:ObjectMeta spec:LimitRangeSpec
    LimitRangeItem default:{qty} defaultRequest:{qty} max:{qty} maxLimitRequestRatio:{qty}
      min:{qty} type!:str
    LimitRangeSpec limits!:[LimitRangeItem]
    LinuxContainerUser gid!:i64 supplementalGroups:[i64] uid!:i64
    LoadBalancerIngress hostname:str ip:str ipMode:str ports:[PortStatus]
    LoadBalancerStatus ingress:[LoadBalancerIngress]
    LocalObjectReference@ name:str
    LocalVolumeSource fsType:str path!:str
    ModifyVolumeStatus status!:str targetVolumeAttributesClassName:str
    NFSVolumeSource path!:str readOnly:bool server!:str
    Namespace apiVersion:str kind:str metadata:ObjectMeta spec:NamespaceSpec
      status:NamespaceStatus
    NamespaceCondition lastTransitionTime:time message:str reason:str status!:str type!:str
    NamespaceSpec finalizers:[str]
    NamespaceStatus conditions:[NamespaceCondition]=type~type phase:str
    Node apiVersion:str kind:str metadata:ObjectMeta spec:NodeSpec status:NodeStatus
    NodeAddress address!:str type!:str
    NodeAffinity preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]
      requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
    NodeAllocatableResourceClaimStatus containers:[str]=* resourceClaimName!:str
      resources!:{qty}
    NodeCondition lastHeartbeatTime:time lastTransitionTime:time message:str reason:str
      status!:str type!:str
    NodeConfigSource configMap:ConfigMapNodeConfigSource
    NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
    NodeFeatures supplementalGroupsPolicy:bool
    NodeRuntimeHandler features:NodeRuntimeHandlerFeatures name:str
    NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:bool userNamespaces:bool
    NodeSelector@ nodeSelectorTerms!:[NodeSelectorTerm]
    NodeSelectorRequirement key!:str operator!:str values:[str]
    NodeSelectorTerm@ matchExpressions:[NodeSelectorRequirement]
      matchFields:[NodeSelectorRequirement]
    NodeSpec configSource:NodeConfigSource externalID:str podCIDR:str podCIDRs:[str]=*~
      providerID:str taints:[Taint] unschedulable:bool
    NodeStatus addresses:[NodeAddress]=type~type allocatable:{qty} capacity:{qty}
      conditions:[NodeCondition]=type~type config:any daemonEndpoints:NodeDaemonEndpoints
      declaredFeatures:[str] features:NodeFeatures images:[ContainerImage]
      nodeInfo:NodeSystemInfo phase:str runtimeHandlers:[NodeRuntimeHandler]
      volumesAttached:[AttachedVolume] volumesInUse:[str]
    NodeSwapStatus capacity:i64
    NodeSystemInfo architecture!:str bootID!:str containerRuntimeVersion!:str kernelVersion!:str
      kubeProxyVersion!:str kubeletVersion!:str machineID!:str operatingSystem!:str osImage!:str
      swap:NodeSwapStatus systemUUID!:str
    ObjectFieldSelector@ apiVersion:str fieldPath!:str
    ObjectReference@ apiVersion:str fieldPath:str kind:str name:str namespace:str
      resourceVersion:str uid:str
    """
}
