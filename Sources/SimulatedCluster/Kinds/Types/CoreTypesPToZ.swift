extension BuiltInTypes {
  /// The core group, second half.
  static let corePToZ = """
    # io.k8s.api.core.v1
    PersistentVolume apiVersion:str kind:str metadata:ObjectMeta spec:PersistentVolumeSpec
      status:PersistentVolumeStatus
    PersistentVolumeClaim apiVersion:str kind:str metadata:ObjectMeta
      spec:PersistentVolumeClaimSpec status:PersistentVolumeClaimStatus
    PersistentVolumeClaimCondition lastProbeTime:time lastTransitionTime:time message:str
      reason:str status!:str type!:str
    PersistentVolumeClaimSpec accessModes:[str] dataSource:TypedLocalObjectReference
      dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements
      selector:LabelSelector storageClassName:str volumeAttributesClassName:str volumeMode:str
      volumeName:str
    PersistentVolumeClaimStatus accessModes:[str] allocatedResourceStatuses:{str}
      allocatedResources:{qty} capacity:{qty}
      conditions:[PersistentVolumeClaimCondition]=type~type currentVolumeAttributesClassName:str
      modifyVolumeStatus:ModifyVolumeStatus phase:str
    PersistentVolumeClaimTemplate metadata:ObjectMeta spec!:PersistentVolumeClaimSpec
    PersistentVolumeClaimVolumeSource claimName!:str readOnly:bool
    PersistentVolumeSpec accessModes:[str] awsElasticBlockStore:any azureDisk:any azureFile:any
      capacity:{qty} cephfs:any cinder:any claimRef:ObjectReference
      csi:CSIPersistentVolumeSource fc:any flexVolume:any flocker:any gcePersistentDisk:any
      glusterfs:any hostPath:HostPathVolumeSource iscsi:any local:LocalVolumeSource
      mountOptions:[str] nfs:NFSVolumeSource nodeAffinity:VolumeNodeAffinity
      persistentVolumeReclaimPolicy:str photonPersistentDisk:any portworxVolume:any quobyte:any
      rbd:any scaleIO:any storageClassName:str storageos:any volumeAttributesClassName:str
      volumeMode:str vsphereVolume:any
    PersistentVolumeStatus lastPhaseTransitionTime:time message:str phase:str reason:str
    Pod apiVersion:str kind:str metadata:ObjectMeta spec:PodSpec status:PodStatus
    PodAffinity preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
      requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
    PodAffinityTerm labelSelector:LabelSelector matchLabelKeys:[str] mismatchLabelKeys:[str]
      namespaceSelector:LabelSelector namespaces:[str] topologyKey!:str
    PodAntiAffinity preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
      requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
    PodCondition lastProbeTime:time lastTransitionTime:time message:str observedGeneration:i64
      reason:str status!:str type!:str
    PodDNSConfig nameservers:[str] options:[PodDNSConfigOption] searches:[str]
    PodDNSConfigOption name:str value:str
    PodExtendedResourceClaimStatus requestMappings!:[ContainerExtendedResourceRequest]
      resourceClaimName!:str
    PodIP ip!:str
    PodOS name!:str
    PodReadinessGate conditionType!:str
    PodResourceClaim name!:str resourceClaimName:str resourceClaimTemplateName:str
    PodResourceClaimStatus name!:str resourceClaimName:str
    PodSchedulingGate name!:str
    PodSchedulingGroup podGroupName:str
    PodSecurityContext appArmorProfile:AppArmorProfile fsGroup:i64 fsGroupChangePolicy:str
      runAsGroup:i64 runAsNonRoot:bool runAsUser:i64 seLinuxChangePolicy:str
      seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile supplementalGroups:[i64]
      supplementalGroupsPolicy:str sysctls:[Sysctl] windowsOptions:any
    PodSpec activeDeadlineSeconds:i64 affinity:Affinity automountServiceAccountToken:bool
      containers!:[Container]=name~name dnsConfig:PodDNSConfig dnsPolicy:str
      enableServiceLinks:bool ephemeralContainers:[EphemeralContainer]=name~name
      hostAliases:[HostAlias]=ip~ip hostIPC:bool hostNetwork:bool hostPID:bool hostUsers:bool
      hostname:str hostnameOverride:str imagePullSecrets:[LocalObjectReference]=name~name
      initContainers:[Container]=name~name nodeName:str nodeSelector:{str}@ os:PodOS
      overhead:{qty} preemptionPolicy:str priority:i32 priorityClassName:str
      readinessGates:[PodReadinessGate] resourceClaims:[PodResourceClaim]=name~name^
      resources:ResourceRequirements restartPolicy:str runtimeClassName:str schedulerName:str
      schedulingGates:[PodSchedulingGate]=name~name schedulingGroup:PodSchedulingGroup
      securityContext:PodSecurityContext serviceAccount:str serviceAccountName:str
      setHostnameAsFQDN:bool shareProcessNamespace:bool subdomain:str
      terminationGracePeriodSeconds:i64 tolerations:[Toleration]
      topologySpreadConstraints:[TopologySpreadConstraint]=topologyKey,whenUnsatisfiable~topologyKey
      volumes:[Volume]=name~name^
    PodStatus allocatedResources:{qty} conditions:[PodCondition]=type~type
      containerStatuses:[ContainerStatus] ephemeralContainerStatuses:[ContainerStatus]
      extendedResourceClaimStatus:PodExtendedResourceClaimStatus hostIP:str hostIPs:[HostIP]~ip
      initContainerStatuses:[ContainerStatus] message:str
      nodeAllocatableResourceClaimStatuses:[NodeAllocatableResourceClaimStatus]
      nominatedNodeName:str observedGeneration:i64 phase:str podIP:str podIPs:[PodIP]=ip~ip
      qosClass:str reason:str resize:str
      resourceClaimStatuses:[PodResourceClaimStatus]=name~name^ resources:ResourceRequirements
      startTime:time
    PodTemplate apiVersion:str kind:str metadata:ObjectMeta template:PodTemplateSpec
    PodTemplateSpec metadata:ObjectMeta spec:PodSpec
    PortStatus error:str port!:i32 protocol!:str
    PreferredSchedulingTerm preference!:NodeSelectorTerm weight!:i32
    Probe exec:ExecAction failureThreshold:i32 grpc:GRPCAction httpGet:HTTPGetAction
      initialDelaySeconds:i32 periodSeconds:i32 successThreshold:i32 tcpSocket:TCPSocketAction
      terminationGracePeriodSeconds:i64 timeoutSeconds:i32
    ProjectedVolumeSource defaultMode:i32 sources:[VolumeProjection]
    ResourceClaim name!:str request:str
    ResourceFieldSelector@ containerName:str divisor:qty resource!:str
    ResourceHealth health:str message:str resourceID!:str
    ResourceQuota apiVersion:str kind:str metadata:ObjectMeta spec:ResourceQuotaSpec
      status:ResourceQuotaStatus
    ResourceQuotaSpec hard:{qty} scopeSelector:ScopeSelector scopes:[str]
    ResourceQuotaStatus hard:{qty} used:{qty}
    ResourceRequirements claims:[ResourceClaim]=name limits:{qty} requests:{qty}
    ResourceStatus name!:str resources:[ResourceHealth]=resourceID
    SELinuxOptions level:str role:str type:str user:str
    ScopeSelector@ matchExpressions:[ScopedResourceSelectorRequirement]
    ScopedResourceSelectorRequirement operator!:str scopeName!:str values:[str]
    SeccompProfile localhostProfile:str type!:str
    Secret apiVersion:str data:{bytes} immutable:bool kind:str metadata:ObjectMeta
      stringData:{str} type:str
    SecretEnvSource name:str optional:bool
    SecretKeySelector@ key!:str name:str optional:bool
    SecretProjection items:[KeyToPath] name:str optional:bool
    SecretReference@ name:str namespace:str
    SecretVolumeSource defaultMode:i32 items:[KeyToPath] optional:bool secretName:str
    SecurityContext allowPrivilegeEscalation:bool appArmorProfile:AppArmorProfile
      capabilities:Capabilities privileged:bool procMount:str readOnlyRootFilesystem:bool
      runAsGroup:i64 runAsNonRoot:bool runAsUser:i64 seLinuxOptions:SELinuxOptions
      seccompProfile:SeccompProfile windowsOptions:any
    Service apiVersion:str kind:str metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
    ServiceAccount apiVersion:str automountServiceAccountToken:bool
      imagePullSecrets:[LocalObjectReference] kind:str metadata:ObjectMeta
      secrets:[ObjectReference]=name~name
    ServiceAccountTokenProjection audience:str expirationSeconds:i64 path!:str
    ServicePort appProtocol:str name:str nodePort:i32 port!:i32 protocol:str targetPort:ios
    ServiceSpec allocateLoadBalancerNodePorts:bool clusterIP:str clusterIPs:[str]
      externalIPs:[str] externalName:str externalTrafficPolicy:str healthCheckNodePort:i32
      internalTrafficPolicy:str ipFamilies:[str] ipFamilyPolicy:str loadBalancerClass:str
      loadBalancerIP:str loadBalancerSourceRanges:[str] ports:[ServicePort]=port,protocol~port
      publishNotReadyAddresses:bool selector:{str}@ sessionAffinity:str
      sessionAffinityConfig:SessionAffinityConfig trafficDistribution:str type:str
    ServiceStatus conditions:[Condition]=type~type loadBalancer:LoadBalancerStatus
    SessionAffinityConfig clientIP:ClientIPConfig
    SleepAction seconds!:i64
    Sysctl name!:str value!:str
    TCPSocketAction host:str port!:ios
    Taint effect!:str key!:str timeAdded:time value:str
    Toleration effect:str key:str operator:str tolerationSeconds:i64 value:str
    TopologySelectorLabelRequirement key!:str values!:[str]
    TopologySelectorTerm@ matchLabelExpressions:[TopologySelectorLabelRequirement]
    TopologySpreadConstraint labelSelector:LabelSelector matchLabelKeys:[str] maxSkew!:i32
      minDomains:i32 nodeAffinityPolicy:str nodeTaintsPolicy:str topologyKey!:str
      whenUnsatisfiable!:str
    TypedLocalObjectReference@ apiGroup:str kind!:str name!:str
    TypedObjectReference apiGroup:str kind!:str name!:str namespace:str
    Volume awsElasticBlockStore:any azureDisk:any azureFile:any cephfs:any cinder:any
      configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource
      emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:any flexVolume:any
      flocker:any gcePersistentDisk:any gitRepo:any glusterfs:any hostPath:HostPathVolumeSource
      image:ImageVolumeSource iscsi:any name!:str nfs:NFSVolumeSource
      persistentVolumeClaim:PersistentVolumeClaimVolumeSource photonPersistentDisk:any
      portworxVolume:any projected:ProjectedVolumeSource quobyte:any rbd:any scaleIO:any
      secret:SecretVolumeSource storageos:any vsphereVolume:any
    VolumeDevice devicePath!:str name!:str
    VolumeMount mountPath!:str mountPropagation:str name!:str readOnly:bool
      recursiveReadOnly:str subPath:str subPathExpr:str
    VolumeMountStatus mountPath!:str name!:str readOnly:bool recursiveReadOnly:str
      volumeStatus:VolumeStatus
    VolumeNodeAffinity required:NodeSelector
    VolumeProjection clusterTrustBundle:any configMap:ConfigMapProjection
      downwardAPI:DownwardAPIProjection podCertificate:any secret:SecretProjection
      serviceAccountToken:ServiceAccountTokenProjection
    VolumeResourceRequirements limits:{qty} requests:{qty}
    VolumeStatus image:ImageVolumeStatus
    WeightedPodAffinityTerm podAffinityTerm!:PodAffinityTerm weight!:i32
    """
}
