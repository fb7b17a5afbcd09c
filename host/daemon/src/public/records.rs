//! Records, quarantine and events over `/v1`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use gearshift_store::{
    Document, DocumentQuery, DocumentState, Event, Job, JobQuery, JobState, Origin, RecordQuery, StoredRecord,
};
use serde::Serialize;

use super::{Page, Paging, connections};
use crate::extract::Query;
use crate::house::House;
use crate::problem::Problem;
use crate::tenant::Tenant;

pub(super) async fn list(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Path(id): Path<String>,
    Query(paging): Query<Paging<i64>>,
) -> Result<Json<Page<StoredRecord, i64>>, Problem> {
    let connection = connections::find(&house, &tenant, &id).await?;
    let query = RecordQuery {
        connection: connection.id,
        limit: paging.limit(),
        kind: paging.kind,
        deleted: paging.deleted.unwrap_or(false),
        after: paging.after,
    };
    Ok(Json(house.store.records(&query).await.map_err(Problem::internal)?.into()))
}

/// A record, and where each part of it comes from.
#[derive(Debug, Serialize)]
pub(super) struct WithProvenance {
    #[serde(flatten)]
    record: StoredRecord,
    keys: Vec<String>,
    provenance: Vec<Origin>,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<WithProvenance>, Problem> {
    let record = house.store.record(&id).await.map_err(Problem::internal)?;
    let record = record.ok_or_else(|| Problem::missing(format!("no record {id:?}")))?;
    let connection = house.store.connection(&record.connection).await.map_err(Problem::internal)?;
    // Whose it is instead is nobody's business.
    if connection.is_none_or(|connection| connection.project != tenant.0) {
        return Err(Problem::missing(format!("no record {id:?}")));
    }
    let keys = house.store.keys(&id).await.map_err(Problem::internal)?;
    let provenance = house.store.provenance(&id).await.map_err(Problem::internal)?;
    Ok(Json(WithProvenance { record, keys, provenance }))
}

/// What waits for a version that can read it.
#[derive(Debug, Serialize)]
pub(super) struct Quarantine {
    documents: Page<Document, i64>,
    /// Held pulls: the first page of them comes with each page of documents.
    pulls: Vec<Job>,
}

pub(super) async fn quarantine(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    Query(paging): Query<Paging<i64>>,
) -> Result<Json<Quarantine>, Problem> {
    let limit = paging.limit();
    let documents = DocumentQuery {
        project: Some(project.clone()),
        provider: paging.provider.clone(),
        state: Some(DocumentState::Quarantined),
        after: paging.after,
        limit,
        ..DocumentQuery::default()
    };
    let pulls = JobQuery {
        project: Some(project),
        provider: paging.provider,
        state: Some(JobState::Held),
        limit,
        ..JobQuery::default()
    };
    let documents = house.store.documents(&documents).await.map_err(Problem::internal)?.into();
    let pulls = house.store.jobs(&pulls).await.map_err(Problem::internal)?.items;
    Ok(Json(Quarantine { documents, pulls }))
}

pub(super) async fn events(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    Query(paging): Query<Paging<i64>>,
) -> Result<Json<Page<Event, i64>>, Problem> {
    let listed = house.store.events(Some(&project), paging.after, paging.limit()).await;
    Ok(Json(listed.map_err(Problem::internal)?.into()))
}
