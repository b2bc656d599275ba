extension BuiltInTypes {
  /// Metadata, networking, access, storage classes, events, leases and type definitions.
  static let clusterServices = """
    # io.k8s.apimachinery.pkg.apis.meta.v1
    Condition lastTransitionTime!#4:time message!#6:str observedGeneration#3:i64
      reason!#5:str status!#2:str type!#1:str
    LabelSelector@ matchExpressions#2:[LabelSelectorRequirement] matchLabels#1:{str}
    LabelSelectorRequirement key!#1:str operator!#2:str values#3:[str]
    ManagedFieldsEntry apiVersion#3:str fieldsType#6:str fieldsV1#7:any manager#1:str
      operation#2:str subresource#8:str time#4:time
    ObjectMeta annotations#12:{str} creationTimestamp#8:time
      deletionGracePeriodSeconds#10:i64 deletionTimestamp#9:time finalizers#14:[str]=*~
      generateName#2:str generation#7:i64 labels#11:{str}
      managedFields#17:[ManagedFieldsEntry] name#1:str namespace#3:str
      ownerReferences#13:[OwnerReference]=uid~uid resourceVersion#6:str selfLink#4:str
      uid#5:str
    OwnerReference@ apiVersion!#5:str blockOwnerDeletion#7:bool controller#6:bool
      kind!#1:str name!#3:str uid!#4:str
    DeleteOptions apiVersion:str dryRun#5:[str] gracePeriodSeconds#1:i64 kind:str
      orphanDependents#3:bool preconditions#2:Preconditions propagationPolicy#4:str
    Preconditions resourceVersion#2:str uid#1:str
    # io.k8s.api.coordination.v1
    Lease apiVersion:str kind:str metadata#1:ObjectMeta spec#2:LeaseSpec
    LeaseSpec acquireTime#3:mtime holderIdentity#1:str leaseDurationSeconds#2:i32
      leaseTransitions#5:i32 preferredHolder#7:str renewTime#4:mtime strategy#6:str
    # io.k8s.api.discovery.v1
    Endpoint addresses!#1:[str]=* conditions#2:EndpointConditions deprecatedTopology#5:{str}
      hints#8:EndpointHints hostname#3:str nodeName#6:str targetRef#4:ObjectReference
      zone#7:str
    EndpointConditions ready#1:bool serving#2:bool terminating#3:bool
    EndpointHints forNodes#2:[ForNode] forZones#1:[ForZone]
    EndpointPort@ appProtocol#4:str name#1:str port#3:i32 protocol#2:str
    EndpointSlice addressType!#4:str apiVersion:str endpoints#2:[Endpoint] kind:str
      metadata#1:ObjectMeta ports#3:[EndpointPort]
    ForNode name!#1:str
    ForZone name!#1:str
    # io.k8s.api.events.v1
    Event action#6:str apiVersion:str deprecatedCount#15:i32
      deprecatedFirstTimestamp#13:time deprecatedLastTimestamp#14:time
      deprecatedSource#12:EventSource eventTime!#2:mtime kind:str metadata#1:ObjectMeta
      note#10:str reason#7:str regarding#8:ObjectReference related#9:ObjectReference
      reportingController#4:str reportingInstance#5:str series#3:EventSeries type#11:str
    EventSeries count!#1:i32 lastObservedTime!#2:mtime
    # io.k8s.api.networking.v1
    HTTPIngressPath backend!#2:IngressBackend path#1:str pathType!#3:str
    HTTPIngressRuleValue paths!#1:[HTTPIngressPath]
    IPBlock cidr!#1:str except#2:[str]
    Ingress apiVersion:str kind:str metadata#1:ObjectMeta spec#2:IngressSpec
      status#3:IngressStatus
    IngressBackend resource#3:TypedLocalObjectReference service#4:IngressServiceBackend
    IngressLoadBalancerIngress hostname#2:str ip#1:str ports#4:[IngressPortStatus]
    IngressLoadBalancerStatus ingress#1:[IngressLoadBalancerIngress]
    IngressPortStatus error#3:str port!#1:i32 protocol!#2:str
    IngressRule host#1:str http#2.1:HTTPIngressRuleValue
    IngressServiceBackend name!#1:str port#2:ServiceBackendPort
    IngressSpec defaultBackend#1:IngressBackend ingressClassName#4:str rules#3:[IngressRule]
      tls#2:[IngressTLS]
    IngressStatus loadBalancer#1:IngressLoadBalancerStatus
    IngressTLS hosts#1:[str] secretName#2:str
    NetworkPolicy apiVersion:str kind:str metadata#1:ObjectMeta spec#2:NetworkPolicySpec
    NetworkPolicyEgressRule ports#1:[NetworkPolicyPort] to#2:[NetworkPolicyPeer]
    NetworkPolicyIngressRule from#2:[NetworkPolicyPeer] ports#1:[NetworkPolicyPort]
    NetworkPolicyPeer ipBlock#3:IPBlock namespaceSelector#2:LabelSelector
      podSelector#1:LabelSelector
    NetworkPolicyPort endPort#3:i32 port#2:ios protocol#1:str
    NetworkPolicySpec egress#3:[NetworkPolicyEgressRule]
      ingress#2:[NetworkPolicyIngressRule] podSelector#1:LabelSelector policyTypes#4:[str]
    ServiceBackendPort@ name#1:str number#2:i32
    # io.k8s.api.rbac.v1
    AggregationRule clusterRoleSelectors#1:[LabelSelector]
    ClusterRole aggregationRule#3:AggregationRule apiVersion:str kind:str
      metadata#1:ObjectMeta rules#2:[PolicyRule]
    ClusterRoleBinding apiVersion:str kind:str metadata#1:ObjectMeta roleRef!#3:RoleRef
      subjects#2:[Subject]
    PolicyRule apiGroups#2:[str] nonResourceURLs#5:[str] resourceNames#4:[str]
      resources#3:[str] verbs!#1:[str]
    Role apiVersion:str kind:str metadata#1:ObjectMeta rules#2:[PolicyRule]
    RoleBinding apiVersion:str kind:str metadata#1:ObjectMeta roleRef!#3:RoleRef
      subjects#2:[Subject]
    RoleRef@ apiGroup#1:str kind!#2:str name!#3:str
    Subject@ apiGroup#2:str kind!#1:str name!#3:str namespace#4:str
    # io.k8s.api.storage.v1
    CSIDriver apiVersion:str kind:str metadata#1:ObjectMeta spec!#2:CSIDriverSpec
    CSIDriverSpec attachRequired#1:bool fsGroupPolicy#5:str
      nodeAllocatableUpdatePeriodSeconds#9:i64 podInfoOnMount#2:bool
      preventPodSchedulingIfMissing#11:bool requiresRepublish#7:bool seLinuxMount#8:bool
      serviceAccountTokenInSecrets#10:bool storageCapacity#4:bool
      tokenRequests#6:[TokenRequest] volumeLifecycleModes#3:[str]=*
    StorageClass allowVolumeExpansion#6:bool allowedTopologies#8:[TopologySelectorTerm]
      apiVersion:str kind:str metadata#1:ObjectMeta mountOptions#5:[str] parameters#3:{str}
      provisioner!#2:str reclaimPolicy#4:str volumeBindingMode#7:str
    TokenRequest audience!#1:str expirationSeconds#2:i64
    # io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1
    CustomResourceColumnDefinition description:str format:str jsonPath!:str name!:str priority:i32
      type!:str
    CustomResourceConversion strategy!:str webhook:any
    CustomResourceDefinition apiVersion:str kind:str metadata:ObjectMeta
      spec!:CustomResourceDefinitionSpec status:CustomResourceDefinitionStatus
    CustomResourceDefinitionCondition lastTransitionTime:time message:str observedGeneration:i64
      reason:str status!:str type!:str
    CustomResourceDefinitionNames categories:[str] kind!:str listKind:str plural!:str
      shortNames:[str] singular:str
    CustomResourceDefinitionSpec conversion:CustomResourceConversion group!:str
      names!:CustomResourceDefinitionNames preserveUnknownFields:bool scope!:str
      versions!:[CustomResourceDefinitionVersion]
    CustomResourceDefinitionStatus acceptedNames:CustomResourceDefinitionNames
      conditions:[CustomResourceDefinitionCondition]=type observedGeneration:i64
      storedVersions:[str]
    CustomResourceDefinitionVersion
      additionalPrinterColumns:[CustomResourceColumnDefinition] deprecated:bool
      deprecationWarning:str name!:str schema:any@ selectableFields:[any] served!:bool storage!:bool
      subresources:any@
    """
}
