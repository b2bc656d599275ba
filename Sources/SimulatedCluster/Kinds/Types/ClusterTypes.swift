extension BuiltInTypes {
  /// Metadata, networking, access, storage classes, events, leases and type definitions.
  static let clusterServices = """
    # io.k8s.apimachinery.pkg.apis.meta.v1
    Condition lastTransitionTime!:time message!:str observedGeneration:i64 reason!:str
      status!:str type!:str
    LabelSelector@ matchExpressions:[LabelSelectorRequirement] matchLabels:{str}
    LabelSelectorRequirement key!:str operator!:str values:[str]
    ManagedFieldsEntry apiVersion:str fieldsType:str fieldsV1:any manager:str operation:str
      subresource:str time:time
    ObjectMeta annotations:{str} creationTimestamp:time deletionGracePeriodSeconds:i64
      deletionTimestamp:time finalizers:[str]=*~ generateName:str generation:i64 labels:{str}
      managedFields:[ManagedFieldsEntry] name:str namespace:str
      ownerReferences:[OwnerReference]=uid~uid resourceVersion:str selfLink:str uid:str
    OwnerReference@ apiVersion!:str blockOwnerDeletion:bool controller:bool kind!:str name!:str
      uid!:str
    # io.k8s.api.coordination.v1
    Lease apiVersion:str kind:str metadata:ObjectMeta spec:LeaseSpec
    LeaseSpec acquireTime:mtime holderIdentity:str leaseDurationSeconds:i32 leaseTransitions:i32
      preferredHolder:str renewTime:mtime strategy:str
    # io.k8s.api.discovery.v1
    Endpoint addresses!:[str]=* conditions:EndpointConditions deprecatedTopology:{str}
      hints:EndpointHints hostname:str nodeName:str targetRef:ObjectReference zone:str
    EndpointConditions ready:bool serving:bool terminating:bool
    EndpointHints forNodes:[ForNode] forZones:[ForZone]
    EndpointPort@ appProtocol:str name:str port:i32 protocol:str
    EndpointSlice addressType!:str apiVersion:str endpoints:[Endpoint] kind:str
      metadata:ObjectMeta ports:[EndpointPort]
    ForNode name!:str
    ForZone name!:str
    # io.k8s.api.events.v1
    Event action:str apiVersion:str deprecatedCount:i32 deprecatedFirstTimestamp:time
      deprecatedLastTimestamp:time deprecatedSource:EventSource eventTime!:mtime kind:str
      metadata:ObjectMeta note:str reason:str regarding:ObjectReference related:ObjectReference
      reportingController:str reportingInstance:str series:EventSeries type:str
    EventSeries count!:i32 lastObservedTime!:mtime
    # io.k8s.api.networking.v1
    HTTPIngressPath backend!:IngressBackend path:str pathType!:str
    HTTPIngressRuleValue paths!:[HTTPIngressPath]
    IPBlock cidr!:str except:[str]
    Ingress apiVersion:str kind:str metadata:ObjectMeta spec:IngressSpec status:IngressStatus
    IngressBackend resource:TypedLocalObjectReference service:IngressServiceBackend
    IngressLoadBalancerIngress hostname:str ip:str ports:[IngressPortStatus]
    IngressLoadBalancerStatus ingress:[IngressLoadBalancerIngress]
    IngressPortStatus error:str port!:i32 protocol!:str
    IngressRule host:str http:HTTPIngressRuleValue
    IngressServiceBackend name!:str port:ServiceBackendPort
    IngressSpec defaultBackend:IngressBackend ingressClassName:str rules:[IngressRule]
      tls:[IngressTLS]
    IngressStatus loadBalancer:IngressLoadBalancerStatus
    IngressTLS hosts:[str] secretName:str
    NetworkPolicy apiVersion:str kind:str metadata:ObjectMeta spec:NetworkPolicySpec
    NetworkPolicyEgressRule ports:[NetworkPolicyPort] to:[NetworkPolicyPeer]
    NetworkPolicyIngressRule from:[NetworkPolicyPeer] ports:[NetworkPolicyPort]
    NetworkPolicyPeer ipBlock:IPBlock namespaceSelector:LabelSelector podSelector:LabelSelector
    NetworkPolicyPort endPort:i32 port:ios protocol:str
    NetworkPolicySpec egress:[NetworkPolicyEgressRule] ingress:[NetworkPolicyIngressRule]
      podSelector:LabelSelector policyTypes:[str]
    ServiceBackendPort@ name:str number:i32
    # io.k8s.api.rbac.v1
    AggregationRule clusterRoleSelectors:[LabelSelector]
    ClusterRole aggregationRule:AggregationRule apiVersion:str kind:str metadata:ObjectMeta
      rules:[PolicyRule]
    ClusterRoleBinding apiVersion:str kind:str metadata:ObjectMeta roleRef!:RoleRef
      subjects:[Subject]
    PolicyRule apiGroups:[str] nonResourceURLs:[str] resourceNames:[str] resources:[str]
      verbs!:[str]
    Role apiVersion:str kind:str metadata:ObjectMeta rules:[PolicyRule]
    RoleBinding apiVersion:str kind:str metadata:ObjectMeta roleRef!:RoleRef subjects:[Subject]
    RoleRef@ apiGroup:str kind!:str name!:str
    Subject@ apiGroup:str kind!:str name!:str namespace:str
    # io.k8s.api.storage.v1
    CSIDriver apiVersion:str kind:str metadata:ObjectMeta spec!:CSIDriverSpec
    CSIDriverSpec attachRequired:bool fsGroupPolicy:str nodeAllocatableUpdatePeriodSeconds:i64
      podInfoOnMount:bool preventPodSchedulingIfMissing:bool requiresRepublish:bool
      seLinuxMount:bool serviceAccountTokenInSecrets:bool storageCapacity:bool
      tokenRequests:[TokenRequest] volumeLifecycleModes:[str]=*
    StorageClass allowVolumeExpansion:bool allowedTopologies:[TopologySelectorTerm]
      apiVersion:str kind:str metadata:ObjectMeta mountOptions:[str] parameters:{str}
      provisioner!:str reclaimPolicy:str volumeBindingMode:str
    TokenRequest audience!:str expirationSeconds:i64
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
