extension BuiltInTypes {
  /// The core group, first half.
  static let coreAToN = """
    # io.k8s.api.core.v1
    Affinity nodeAffinity#1:NodeAffinity podAffinity#2:PodAffinity
      podAntiAffinity#3:PodAntiAffinity
    AppArmorProfile localhostProfile#2:str type!#1:str
    AttachedVolume devicePath!#2:str name!#1:str
    CSIPersistentVolumeSource controllerExpandSecretRef#9:SecretReference
      controllerPublishSecretRef#6:SecretReference driver!#1:str fsType#4:str
      nodeExpandSecretRef#10:SecretReference nodePublishSecretRef#8:SecretReference
      nodeStageSecretRef#7:SecretReference readOnly#3:bool volumeAttributes#5:{str}
      volumeHandle!#2:str
    CSIVolumeSource driver!#1:str fsType#3:str nodePublishSecretRef#5:LocalObjectReference
      readOnly#2:bool volumeAttributes#4:{str}
    Capabilities add#1:[str] drop#2:[str]
    ClientIPConfig timeoutSeconds#1:i32
    ConfigMap apiVersion:str binaryData#3:{bytes} data#2:{str} immutable#4:bool kind:str
      metadata#1:ObjectMeta
    ConfigMapEnvSource name#1.1:str optional#2:bool
    ConfigMapKeySelector@ key!#2:str name#1.1:str optional#3:bool
    ConfigMapNodeConfigSource kubeletConfigKey!#5:str name!#2:str namespace!#1:str
      resourceVersion#4:str uid#3:str
    ConfigMapProjection items#2:[KeyToPath] name#1.1:str optional#4:bool
    ConfigMapVolumeSource defaultMode#3:i32 items#2:[KeyToPath] name#1.1:str optional#4:bool
    Container args#4:[str] command#3:[str] env#7:[EnvVar]=name~name
      envFrom#19:[EnvFromSource] image#2:str imagePullPolicy#14:str lifecycle#12:Lifecycle
      livenessProbe#10:Probe name!#1:str
      ports#6:[ContainerPort]=containerPort,protocol~containerPort readinessProbe#11:Probe
      resizePolicy#23:[ContainerResizePolicy] resources#8:ResourceRequirements
      restartPolicy#24:str restartPolicyRules#25:[ContainerRestartRule]
      securityContext#15:SecurityContext startupProbe#22:Probe stdin#16:bool
      stdinOnce#17:bool terminationMessagePath#13:str terminationMessagePolicy#20:str
      tty#18:bool volumeDevices#21:[VolumeDevice]=devicePath~devicePath
      volumeMounts#9:[VolumeMount]=mountPath~mountPath workingDir#5:str
    ContainerExtendedResourceRequest containerName!#1:str requestName!#3:str
      resourceName!#2:str
    ContainerImage names#1:[str] sizeBytes#2:i64
    ContainerPort containerPort!#3:i32 hostIP#5:str hostPort#2:i32 name#1:str protocol#4:str
    ContainerResizePolicy resourceName!#1:str restartPolicy!#2:str
    ContainerRestartRule action!#1:str exitCodes#2:ContainerRestartRuleOnExitCodes
    ContainerRestartRuleOnExitCodes operator!#1:str values#2:[i32]=*
    ContainerState running#2:ContainerStateRunning terminated#3:ContainerStateTerminated
      waiting#1:ContainerStateWaiting
    ContainerStateRunning startedAt#1:time
    ContainerStateTerminated containerID#7:str exitCode!#1:i32 finishedAt#6:time
      message#4:str reason#3:str signal#2:i32 startedAt#5:time
    ContainerStateWaiting message#2:str reason#1:str
    ContainerStatus allocatedResources#10:{qty}
      allocatedResourcesStatus#14:[ResourceStatus]=name~name containerID#8:str image!#6:str
      imageID!#7:str lastState#3:ContainerState name!#1:str ready!#4:bool
      resources#11:ResourceRequirements restartCount!#5:i32 started#9:bool
      state#2:ContainerState stopSignal#15:str user#13:ContainerUser
      volumeMounts#12:[VolumeMountStatus]=mountPath~mountPath
    ContainerUser linux#1:LinuxContainerUser
    DaemonEndpoint Port!#1:i32
    DownwardAPIProjection items#1:[DownwardAPIVolumeFile]
    DownwardAPIVolumeFile fieldRef#2:ObjectFieldSelector mode#4:i32 path!#1:str
      resourceFieldRef#3:ResourceFieldSelector
    DownwardAPIVolumeSource defaultMode#2:i32 items#1:[DownwardAPIVolumeFile]
    EmptyDirVolumeSource medium#1:str sizeLimit#2:qty
    EndpointAddress@ hostname#3:str ip!#1:str nodeName#4:str targetRef#2:ObjectReference
    EndpointPort@ appProtocol#4:str name#1:str port!#2:i32 protocol#3:str
    EndpointSubset addresses#1:[EndpointAddress] notReadyAddresses#2:[EndpointAddress]
      ports#3:[EndpointPort]
    Endpoints apiVersion:str kind:str metadata#1:ObjectMeta subsets#2:[EndpointSubset]
    EnvFromSource configMapRef#2:ConfigMapEnvSource prefix#1:str secretRef#3:SecretEnvSource
    EnvVar name!#1:str value#2:str valueFrom#3:EnvVarSource
    EnvVarSource configMapKeyRef#3:ConfigMapKeySelector fieldRef#1:ObjectFieldSelector
      fileKeyRef#5:FileKeySelector resourceFieldRef#2:ResourceFieldSelector
      secretKeyRef#4:SecretKeySelector
    EphemeralContainer args#1.4:[str] command#1.3:[str] env#1.7:[EnvVar]=name~name
      envFrom#1.19:[EnvFromSource] image#1.2:str imagePullPolicy#1.14:str
      lifecycle#1.12:Lifecycle livenessProbe#1.10:Probe name!#1.1:str
      ports#1.6:[ContainerPort]=containerPort,protocol~containerPort
      readinessProbe#1.11:Probe resizePolicy#1.23:[ContainerResizePolicy]
      resources#1.8:ResourceRequirements restartPolicy#1.24:str
      restartPolicyRules#1.25:[ContainerRestartRule] securityContext#1.15:SecurityContext
      startupProbe#1.22:Probe stdin#1.16:bool stdinOnce#1.17:bool targetContainerName#2:str
      terminationMessagePath#1.13:str terminationMessagePolicy#1.20:str tty#1.18:bool
      volumeDevices#1.21:[VolumeDevice]=devicePath~devicePath
      volumeMounts#1.9:[VolumeMount]=mountPath~mountPath workingDir#1.5:str
    EphemeralVolumeSource volumeClaimTemplate#1:PersistentVolumeClaimTemplate
    Event action#12:str apiVersion:str count#8:i32 eventTime#10:mtime firstTimestamp#6:time
      involvedObject!#2:ObjectReference kind:str lastTimestamp#7:time message#4:str
      metadata!#1:ObjectMeta reason#3:str related#13:ObjectReference
      reportingComponent#14:str reportingInstance#15:str series#11:EventSeries
      source#5:EventSource type#9:str
    EventSeries count#1:i32 lastObservedTime#2:mtime
    EventSource component#1:str host#2:str
    ExecAction command#1:[str]
    FileKeySelector@ key!#3:str optional#4:bool path!#2:str volumeName!#1:str
    GRPCAction port!#1:i32 service#2:str
    HTTPGetAction host#3:str httpHeaders#5:[HTTPHeader] path#1:str port!#2:ios scheme#4:str
    HTTPHeader name!#1:str value!#2:str
    HostAlias hostnames#2:[str] ip!#1:str
    HostIP ip!#1:str
    HostPathVolumeSource path!#1:str type#2:str
    ImageVolumeSource pullPolicy#2:str reference#1:str
    ImageVolumeStatus imageRef!#1:str
    KeyToPath key!#1:str mode#3:i32 path!#2:str
    Lifecycle postStart#1:LifecycleHandler preStop#2:LifecycleHandler stopSignal#3:str
    LifecycleHandler exec#1:ExecAction httpGet#2:HTTPGetAction sleep#4:SleepAction
      tcpSocket#3:TCPSocketAction
    LimitRange apiVersion:str kind:str metadata#1:ObjectMeta spec#2:LimitRangeSpec
    LimitRangeItem default#4:{qty} defaultRequest#5:{qty} max#2:{qty}
      maxLimitRequestRatio#6:{qty} min#3:{qty} type!#1:str
    LimitRangeSpec limits!#1:[LimitRangeItem]
    LinuxContainerUser gid!#2:i64 supplementalGroups#3:[i64] uid!#1:i64
    LoadBalancerIngress hostname#2:str ip#1:str ipMode#3:str ports#4:[PortStatus]
    LoadBalancerStatus ingress#1:[LoadBalancerIngress]
    LocalObjectReference@ name#1:str
    LocalVolumeSource fsType#2:str path!#1:str
    ModifyVolumeStatus status!#2:str targetVolumeAttributesClassName#1:str
    NFSVolumeSource path!#2:str readOnly#3:bool server!#1:str
    Namespace apiVersion:str kind:str metadata#1:ObjectMeta spec#2:NamespaceSpec
      status#3:NamespaceStatus
    NamespaceCondition lastTransitionTime#4:time message#6:str reason#5:str status!#2:str
      type!#1:str
    NamespaceSpec finalizers#1:[str]
    NamespaceStatus conditions#2:[NamespaceCondition]=type~type phase#1:str
    Node apiVersion:str kind:str metadata#1:ObjectMeta spec#2:NodeSpec status#3:NodeStatus
    NodeAddress address!#2:str type!#1:str
    NodeAffinity preferredDuringSchedulingIgnoredDuringExecution#2:[PreferredSchedulingTerm]
      requiredDuringSchedulingIgnoredDuringExecution#1:NodeSelector
    NodeAllocatableResourceClaimStatus containers#2:[str]=* resourceClaimName!#1:str
      resources!:{qty}
    NodeCondition lastHeartbeatTime#3:time lastTransitionTime#4:time message#6:str
      reason#5:str status!#2:str type!#1:str
    NodeConfigSource configMap#2:ConfigMapNodeConfigSource
    NodeDaemonEndpoints kubeletEndpoint#1:DaemonEndpoint
    NodeFeatures supplementalGroupsPolicy#1:bool
    NodeRuntimeHandler features#2:NodeRuntimeHandlerFeatures name#1:str
    NodeRuntimeHandlerFeatures recursiveReadOnlyMounts#1:bool userNamespaces#2:bool
    NodeSelector@ nodeSelectorTerms!#1:[NodeSelectorTerm]
    NodeSelectorRequirement key!#1:str operator!#2:str values#3:[str]
    NodeSelectorTerm@ matchExpressions#1:[NodeSelectorRequirement]
      matchFields#2:[NodeSelectorRequirement]
    NodeSpec configSource#6:NodeConfigSource externalID#2:str podCIDR#1:str
      podCIDRs#7:[str]=*~ providerID#3:str taints#5:[Taint] unschedulable#4:bool
    NodeStatus addresses#5:[NodeAddress]=type~type allocatable#2:{qty} capacity#1:{qty}
      conditions#4:[NodeCondition]=type~type config#11:any
      daemonEndpoints#6:NodeDaemonEndpoints declaredFeatures#14:[str]
      features#13:NodeFeatures images#8:[ContainerImage] nodeInfo#7:NodeSystemInfo
      phase#3:str runtimeHandlers#12:[NodeRuntimeHandler]
      volumesAttached#10:[AttachedVolume] volumesInUse#9:[str]
    NodeSwapStatus capacity#1:i64
    NodeSystemInfo architecture!#10:str bootID!#3:str containerRuntimeVersion!#6:str
      kernelVersion!#4:str kubeProxyVersion!#8:str kubeletVersion!#7:str machineID!#1:str
      operatingSystem!#9:str osImage!#5:str swap#11:NodeSwapStatus systemUUID!#2:str
    ObjectFieldSelector@ apiVersion#1:str fieldPath!#2:str
    ObjectReference@ apiVersion#5:str fieldPath#7:str kind#1:str name#3:str namespace#2:str
      resourceVersion#6:str uid#4:str
    """
}
