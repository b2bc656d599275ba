extension BuiltInTypes {
  /// Volume snapshots; their CustomResourceDefinitions are made from these.
  static let snapshots = """
    # com.oadp-plan.sandbox.snapshot.v1
    VolumeSnapshot apiVersion:str kind:str metadata:ObjectMeta spec!:VolumeSnapshotSpec
      status:VolumeSnapshotStatus
    VolumeSnapshotSpec source!:VolumeSnapshotSource volumeSnapshotClassName:str
    VolumeSnapshotSource persistentVolumeClaimName:str volumeSnapshotContentName:str
    VolumeSnapshotStatus boundVolumeSnapshotContentName:str creationTime:time
      error:VolumeSnapshotError readyToUse:bool restoreSize:qty volumeGroupSnapshotName:str
    VolumeSnapshotError message:str time:time
    VolumeSnapshotClass apiVersion:str deletionPolicy!:str driver!:str kind:str
      metadata:ObjectMeta parameters:{str}
    VolumeSnapshotContent apiVersion:str kind:str metadata:ObjectMeta
      spec!:VolumeSnapshotContentSpec status:VolumeSnapshotContentStatus
    VolumeSnapshotContentSpec deletionPolicy!:str driver!:str
      source!:VolumeSnapshotContentSource sourceVolumeMode:str volumeSnapshotClassName:str
      volumeSnapshotRef!:VolumeSnapshotReference
    VolumeSnapshotContentSource snapshotHandle:str volumeHandle:str
    VolumeSnapshotReference@ apiVersion:str fieldPath:str kind:str name:str namespace:str
      resourceVersion:str uid:str
    VolumeSnapshotContentStatus creationTime:i64 error:VolumeSnapshotError readyToUse:bool
      restoreSize:i64 snapshotHandle:str volumeGroupSnapshotHandle:str
    # com.oadp-plan.sandbox.groupsnapshot.v1
    VolumeGroupSnapshot apiVersion:str kind:str metadata:ObjectMeta
      spec!:VolumeGroupSnapshotSpec status:VolumeGroupSnapshotStatus
    VolumeGroupSnapshotSpec source!:VolumeGroupSnapshotSource volumeGroupSnapshotClassName:str
    VolumeGroupSnapshotSource selector:LabelSelector volumeGroupSnapshotContentName:str
    VolumeGroupSnapshotStatus boundVolumeGroupSnapshotContentName:str creationTime:time
      error:VolumeSnapshotError readyToUse:bool
    VolumeGroupSnapshotClass apiVersion:str deletionPolicy!:str driver!:str kind:str
      metadata:ObjectMeta parameters:{str}
    VolumeGroupSnapshotContent apiVersion:str kind:str metadata:ObjectMeta
      spec!:VolumeGroupSnapshotContentSpec status:VolumeGroupSnapshotContentStatus
    VolumeGroupSnapshotContentSpec deletionPolicy!:str driver!:str
      source!:VolumeGroupSnapshotContentSource volumeGroupSnapshotClassName:str
      volumeGroupSnapshotRef!:VolumeSnapshotReference
    VolumeGroupSnapshotContentSource volumeHandles:[str]
    VolumeGroupSnapshotContentStatus creationTime:time error:VolumeSnapshotError readyToUse:bool
      volumeGroupSnapshotHandle:str volumeSnapshotInfoList:[VolumeSnapshotInfo]
    VolumeSnapshotInfo creationTime:i64 readyToUse:bool restoreSize:i64 snapshotHandle:str
      volumeHandle:str
    """
}
