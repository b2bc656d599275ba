extension BuiltInTypes {
  /// The core group, second half.
  static let corePToZ = """
    # io.k8s.api.core.v1
    PersistentVolume apiVersion:str kind:str metadata#1:ObjectMeta
      spec#2:PersistentVolumeSpec status#3:PersistentVolumeStatus
    PersistentVolumeClaim apiVersion:str kind:str metadata#1:ObjectMeta
      spec#2:PersistentVolumeClaimSpec status#3:PersistentVolumeClaimStatus
    PersistentVolumeClaimCondition lastProbeTime#3:time lastTransitionTime#4:time
      message#6:str reason#5:str status!#2:str type!#1:str
    PersistentVolumeClaimSpec accessModes#1:[str] dataSource#7:TypedLocalObjectReference
      dataSourceRef#8:TypedObjectReference resources#2:VolumeResourceRequirements
      selector#4:LabelSelector storageClassName#5:str volumeAttributesClassName#9:str
      volumeMode#6:str volumeName#3:str
    PersistentVolumeClaimStatus accessModes#2:[str] allocatedResourceStatuses#7:{str}
      allocatedResources#5:{qty} capacity#3:{qty}
      conditions#4:[PersistentVolumeClaimCondition]=type~type
      currentVolumeAttributesClassName#8:str modifyVolumeStatus#9:ModifyVolumeStatus
      phase#1:str
    PersistentVolumeClaimTemplate metadata#1:ObjectMeta spec!#2:PersistentVolumeClaimSpec
    PersistentVolumeClaimVolumeSource claimName!#1:str readOnly#2:bool
    PersistentVolumeSpec accessModes#3:[str] awsElasticBlockStore#2.2:any azureDisk#2.16:any
      azureFile#2.13:any capacity#1:{qty} cephfs#2.9:any cinder#2.8:any
      claimRef#4:ObjectReference csi#2.22:CSIPersistentVolumeSource fc#2.10:any
      flexVolume#2.12:any flocker#2.11:any gcePersistentDisk#2.1:any glusterfs#2.4:any
      hostPath#2.3:HostPathVolumeSource iscsi#2.7:any local#2.20:LocalVolumeSource
      mountOptions#7:[str] nfs#2.5:NFSVolumeSource nodeAffinity#9:VolumeNodeAffinity
      persistentVolumeReclaimPolicy#5:str photonPersistentDisk#2.17:any
      portworxVolume#2.18:any quobyte#2.15:any rbd#2.6:any scaleIO#2.19:any
      storageClassName#6:str storageos#2.21:any volumeAttributesClassName#10:str
      volumeMode#8:str vsphereVolume#2.14:any
    PersistentVolumeStatus lastPhaseTransitionTime#4:time message#2:str phase#1:str
      reason#3:str
    Pod apiVersion:str kind:str metadata#1:ObjectMeta spec#2:PodSpec status#3:PodStatus
    PodAffinity preferredDuringSchedulingIgnoredDuringExecution#2:[WeightedPodAffinityTerm]
      requiredDuringSchedulingIgnoredDuringExecution#1:[PodAffinityTerm]
    PodAffinityTerm labelSelector#1:LabelSelector matchLabelKeys#5:[str]
      mismatchLabelKeys#6:[str] namespaceSelector#4:LabelSelector namespaces#2:[str]
      topologyKey!#3:str
    PodAntiAffinity
      preferredDuringSchedulingIgnoredDuringExecution#2:[WeightedPodAffinityTerm]
      requiredDuringSchedulingIgnoredDuringExecution#1:[PodAffinityTerm]
    PodCondition lastProbeTime#3:time lastTransitionTime#4:time message#6:str
      observedGeneration#7:i64 reason#5:str status!#2:str type!#1:str
    PodDNSConfig nameservers#1:[str] options#3:[PodDNSConfigOption] searches#2:[str]
    PodDNSConfigOption name#1:str value#2:str
    PodExtendedResourceClaimStatus requestMappings!#1:[ContainerExtendedResourceRequest]
      resourceClaimName!#2:str
    PodIP ip!#1:str
    PodOS name!#1:str
    PodReadinessGate conditionType!#1:str
    PodResourceClaim name!#1:str resourceClaimName#3:str resourceClaimTemplateName#4:str
    PodResourceClaimStatus name!#1:str resourceClaimName#2:str
    PodSchedulingGate name!#1:str
    PodSchedulingGroup podGroupName#1:str
    PodSecurityContext appArmorProfile#11:AppArmorProfile fsGroup#5:i64
      fsGroupChangePolicy#9:str runAsGroup#6:i64 runAsNonRoot#3:bool runAsUser#2:i64
      seLinuxChangePolicy#13:str seLinuxOptions#1:SELinuxOptions
      seccompProfile#10:SeccompProfile supplementalGroups#4:[i64]
      supplementalGroupsPolicy#12:str sysctls#7:[Sysctl] windowsOptions#8:any
    PodSpec activeDeadlineSeconds#5:i64 affinity#18:Affinity
      automountServiceAccountToken#21:bool containers!#2:[Container]=name~name
      dnsConfig#26:PodDNSConfig dnsPolicy#6:str enableServiceLinks#30:bool
      ephemeralContainers#34:[EphemeralContainer]=name~name hostAliases#23:[HostAlias]=ip~ip
      hostIPC#13:bool hostNetwork#11:bool hostPID#12:bool hostUsers#37:bool hostname#16:str
      hostnameOverride#41:str imagePullSecrets#15:[LocalObjectReference]=name~name
      initContainers#20:[Container]=name~name nodeName#10:str nodeSelector#7:{str}@
      os#36:PodOS overhead#32:{qty} preemptionPolicy#31:str priority#44.2:i32
      priorityClassName#24:str readinessGates#28:[PodReadinessGate]
      resourceClaims#39:[PodResourceClaim]=name~name^ resources#40:ResourceRequirements
      restartPolicy#3:str runtimeClassName#29:str schedulerName#19:str
      schedulingGates#38:[PodSchedulingGate]=name~name schedulingGroup#43:PodSchedulingGroup
      securityContext#14:PodSecurityContext serviceAccount#9:str serviceAccountName#8:str
      setHostnameAsFQDN#35:bool shareProcessNamespace#27:bool subdomain#17:str
      terminationGracePeriodSeconds#4:i64 tolerations#22:[Toleration]
      topologySpreadConstraints#33:[TopologySpreadConstraint]=topologyKey,whenUnsatisfiable\
    ~topologyKey
      volumes#1:[Volume]=name~name^
    PodStatus allocatedResources#19:{qty} conditions#2:[PodCondition]=type~type
      containerStatuses#8:[ContainerStatus] ephemeralContainerStatuses#13:[ContainerStatus]
      extendedResourceClaimStatus#18:PodExtendedResourceClaimStatus hostIP#5:str
      hostIPs#16:[HostIP]~ip initContainerStatuses#10:[ContainerStatus] message#3:str
      nodeAllocatableResourceClaimStatuses#21:[NodeAllocatableResourceClaimStatus]
      nominatedNodeName#11:str observedGeneration#17:i64 phase#1:str podIP#6:str
      podIPs#12:[PodIP]=ip~ip qosClass#9:str reason#4:str resize#14:str
      resourceClaimStatuses#15:[PodResourceClaimStatus]=name~name^
      resources#20:ResourceRequirements startTime#7:time
    PodTemplate apiVersion:str kind:str metadata#1:ObjectMeta template#2:PodTemplateSpec
    PodTemplateSpec metadata#1:ObjectMeta spec#2:PodSpec
    PortStatus error#3:str port!#1:i32 protocol!#2:str
    PreferredSchedulingTerm preference!#2:NodeSelectorTerm weight!#1:i32
    Probe exec#1.1:ExecAction failureThreshold#6:i32 grpc#1.4:GRPCAction
      httpGet#1.2:HTTPGetAction initialDelaySeconds#2:i32 periodSeconds#4:i32
      successThreshold#5:i32 tcpSocket#1.3:TCPSocketAction
      terminationGracePeriodSeconds#7:i64 timeoutSeconds#3:i32
    ProjectedVolumeSource defaultMode#2:i32 sources#1:[VolumeProjection]
    ResourceClaim name!#1:str request#2:str
    ResourceFieldSelector@ containerName#1:str divisor#3:qty resource!#2:str
    ResourceHealth health#2:str message#6:str resourceID!#1:str
    ResourceQuota apiVersion:str kind:str metadata#1:ObjectMeta spec#2:ResourceQuotaSpec
      status#3:ResourceQuotaStatus
    ResourceQuotaSpec hard#1:{qty} scopeSelector#3:ScopeSelector scopes#2:[str]
    ResourceQuotaStatus hard#1:{qty} used#2:{qty}
    ResourceRequirements claims#3:[ResourceClaim]=name limits#1:{qty} requests#2:{qty}
    ResourceStatus name!#1:str resources#2:[ResourceHealth]=resourceID
    SELinuxOptions level#4:str role#2:str type#3:str user#1:str
    ScopeSelector@ matchExpressions#1:[ScopedResourceSelectorRequirement]
    ScopedResourceSelectorRequirement operator!#2:str scopeName!#1:str values#3:[str]
    SeccompProfile localhostProfile#2:str type!#1:str
    Secret apiVersion:str data#2:{bytes} immutable#5:bool kind:str metadata#1:ObjectMeta
      stringData#4:{str} type#3:str
    SecretEnvSource name#1.1:str optional#2:bool
    SecretKeySelector@ key!#2:str name#1.1:str optional#3:bool
    SecretProjection items#2:[KeyToPath] name#1.1:str optional#4:bool
    SecretReference@ name#1:str namespace#2:str
    SecretVolumeSource defaultMode#3:i32 items#2:[KeyToPath] optional#4:bool
      secretName#1:str
    SecurityContext allowPrivilegeEscalation#7:bool appArmorProfile#12:AppArmorProfile
      capabilities#1:Capabilities privileged#2:bool procMount#9:str
      readOnlyRootFilesystem#6:bool runAsGroup#8:i64 runAsNonRoot#5:bool runAsUser#4:i64
      seLinuxOptions#3:SELinuxOptions seccompProfile#11:SeccompProfile windowsOptions#10:any
    Service apiVersion:str kind:str metadata#1:ObjectMeta spec#2:ServiceSpec
      status#3:ServiceStatus
    ServiceAccount apiVersion:str automountServiceAccountToken#4:bool
      imagePullSecrets#3:[LocalObjectReference] kind:str metadata#1:ObjectMeta
      secrets#2:[ObjectReference]=name~name
    ServiceAccountTokenProjection audience#1:str expirationSeconds#2:i64 path!#3:str
    ServicePort appProtocol#6:str name#1:str nodePort#5:i32 port!#3:i32 protocol#2:str
      targetPort#4:ios
    ServiceSpec allocateLoadBalancerNodePorts#20:bool clusterIP#3:str clusterIPs#18:[str]
      externalIPs#5:[str] externalName#10:str externalTrafficPolicy#11:str
      healthCheckNodePort#12:i32 internalTrafficPolicy#22:str ipFamilies#19:[str]
      ipFamilyPolicy#17:str loadBalancerClass#21:str loadBalancerIP#8:str
      loadBalancerSourceRanges#9:[str] ports#1:[ServicePort]=port,protocol~port
      publishNotReadyAddresses#13:bool selector#2:{str}@ sessionAffinity#7:str
      sessionAffinityConfig#14:SessionAffinityConfig trafficDistribution#23:str type#4:str
    ServiceStatus conditions#2:[Condition]=type~type loadBalancer#1:LoadBalancerStatus
    SessionAffinityConfig clientIP#1:ClientIPConfig
    SleepAction seconds!#1:i64
    Sysctl name!#1:str value!#2:str
    TCPSocketAction host#2:str port!#1:ios
    Taint effect!#3:str key!#1:str timeAdded#4:time value#2:str
    Toleration effect#4:str key#1:str operator#2:str tolerationSeconds#5:i64 value#3:str
    TopologySelectorLabelRequirement key!#1:str values!#2:[str]
    TopologySelectorTerm@ matchLabelExpressions#1:[TopologySelectorLabelRequirement]
    TopologySpreadConstraint labelSelector#4:LabelSelector matchLabelKeys#8:[str]
      maxSkew!#1:i32 minDomains#5:i32 nodeAffinityPolicy#6:str nodeTaintsPolicy#7:str
      topologyKey!#2:str whenUnsatisfiable!#3:str
    TypedLocalObjectReference@ apiGroup#1:str kind!#2:str name!#3:str
    TypedObjectReference apiGroup#1:str kind!#2:str name!#3:str namespace#4:str
    Volume awsElasticBlockStore#2.4:any azureDisk#2.22:any azureFile#2.18:any
      cephfs#2.14:any cinder#2.13:any configMap#2.19:ConfigMapVolumeSource
      csi#2.28:CSIVolumeSource downwardAPI#2.16:DownwardAPIVolumeSource
      emptyDir#2.2:EmptyDirVolumeSource ephemeral#2.29:EphemeralVolumeSource fc#2.17:any
      flexVolume#2.12:any flocker#2.15:any gcePersistentDisk#2.3:any gitRepo#2.5:any
      glusterfs#2.9:any hostPath#2.1:HostPathVolumeSource image#2.30:ImageVolumeSource
      iscsi#2.8:any name!#1:str nfs#2.7:NFSVolumeSource
      persistentVolumeClaim#2.10:PersistentVolumeClaimVolumeSource
      photonPersistentDisk#2.23:any portworxVolume#2.24:any
      projected#2.26:ProjectedVolumeSource quobyte#2.21:any rbd#2.11:any scaleIO#2.25:any
      secret#2.6:SecretVolumeSource storageos#2.27:any vsphereVolume#2.20:any
    VolumeDevice devicePath!#2:str name!#1:str
    VolumeMount mountPath!#3:str mountPropagation#5:str name!#1:str readOnly#2:bool
      recursiveReadOnly#7:str subPath#4:str subPathExpr#6:str
    VolumeMountStatus mountPath!#2:str name!#1:str readOnly#3:bool recursiveReadOnly#4:str
      volumeStatus#5:VolumeStatus
    VolumeNodeAffinity required#1:NodeSelector
    VolumeProjection clusterTrustBundle#5:any configMap#3:ConfigMapProjection
      downwardAPI#2:DownwardAPIProjection podCertificate#6:any secret#1:SecretProjection
      serviceAccountToken#4:ServiceAccountTokenProjection
    VolumeResourceRequirements limits#1:{qty} requests#2:{qty}
    VolumeStatus image#1:ImageVolumeStatus
    WeightedPodAffinityTerm podAffinityTerm!#2:PodAffinityTerm weight!#1:i32
    """
}
