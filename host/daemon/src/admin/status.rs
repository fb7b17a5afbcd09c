//! How everything stands, in numbers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use gearshift_store::{ConnectionCount, DeliveryCount, DocumentCount, Job, JobCount, JobQuery, JobState, Listed};
use serde::{Deserialize, Serialize};

use crate::extract::Query;
use crate::house::House;
use crate::problem::Problem;

/// Counts by state.
#[derive(Debug, Serialize)]
pub(super) struct Status {
    connections: Vec<ConnectionCount>,
    documents: Vec<DocumentCount>,
    records: Vec<(String, u64)>,
    jobs: Vec<JobCount>,
    deliveries: Vec<DeliveryCount>,
    /// Versions of adapters in memory.
    versions_loaded: usize,
}

pub(super) async fn status(State(house): State<Arc<House>>) -> Result<Json<Status>, Problem> {
    let store = &house.store;
    Ok(Json(Status {
        connections: store.connection_counts().await.map_err(Problem::internal)?,
        documents: store.document_counts().await.map_err(Problem::internal)?,
        records: store.record_counts().await.map_err(Problem::internal)?,
        jobs: store.job_counts().await.map_err(Problem::internal)?,
        deliveries: store.delivery_counts().await.map_err(Problem::internal)?,
        versions_loaded: house.adapters.loaded(),
    }))
}

/// Which jobs.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    state: Option<JobState>,
    provider: Option<String>,
    connection: Option<String>,
    after: Option<i64>,
    limit: Option<u32>,
}

/// A list and where it goes on.
#[derive(Debug, Serialize)]
pub(super) struct Jobs {
    items: Vec<Job>,
    next: Option<i64>,
}

pub(super) async fn jobs(State(house): State<Arc<House>>, Query(which): Query<Which>) -> Result<Json<Jobs>, Problem> {
    let query = JobQuery {
        state: which.state,
        provider: which.provider,
        connection: which.connection,
        after: which.after,
        limit: which.limit.unwrap_or(100).min(1_000),
        ..JobQuery::default()
    };
    let Listed { items, next } = house.store.jobs(&query).await.map_err(Problem::internal)?;
    Ok(Json(Jobs { items, next }))
}
