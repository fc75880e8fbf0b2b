"""The open-source MLflow client on the workspace's address, with a token and without Azure's plugin doing anything.

Needs azlab run in front, and mlflow, scikit-learn, matplotlib. See ground.py.
"""
import os

import mlflow

import tracking
from ground import Arm, Proof, token

proof = Proof("mlflow")
workspace = proof("workspace", lambda: Arm().workspace())
os.environ["MLFLOW_TRACKING_TOKEN"] = token()
mlflow.set_tracking_uri(workspace["properties"]["mlFlowTrackingUri"].replace("azureml://", "https://"))
experiment, first, second = tracking.runs_and_experiments(proof)
tracking.searches(proof, experiment, first, second)
tracking.experiments(proof)
tracking.artifacts(proof, first)
tracking.autologged_model(proof)
proof.end()
