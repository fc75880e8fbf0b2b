"""The open-source MLflow client, without Azure's plugin, on a workspace's tracking address over https with a token."""
import mlflow_tracking
from mlflow_ground import Arm, Proof

proof = Proof("")
workspace = mlflow_tracking.workspace_of(proof, Arm(), "mlw-plain")
if workspace:
    mlflow_tracking.plainly(proof, workspace["properties"]["mlFlowTrackingUri"])
Proof.end()
