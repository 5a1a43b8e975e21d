//! The peer: DataFusion as it comes, over the same files with the same statistics, partitions and batch size.

use std::sync::Arc;

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    datasource::{
        TableType,
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
        physical_plan::{FileGroup, FileScanConfig, FileScanConfigBuilder},
        source::DataSourceExec,
    },
    error::Result as EngineResult,
    logical_expr::{Expr, TableProviderFilterPushDown},
    physical_plan::ExecutionPlan,
    prelude::{SessionConfig, SessionContext},
};

use crate::mesh::Bench;

/// A session of the engine with a table for each port.
pub struct Peer(SessionContext);

impl Peer {
    pub async fn new(bench: &Bench) -> Self {
        let limits = bench.gateway.limits();
        let mut config = SessionConfig::new().with_batch_size(limits.batch_rows);
        if limits.threads > 0 {
            config = config.with_target_partitions(limits.threads);
        }
        let context = SessionContext::new_with_config(config);
        for (port, folder) in bench.ports() {
            let url = ListingTableUrl::parse(format!("{}/", folder.display())).unwrap();
            let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
            let config = ListingTableConfig::new(url).with_listing_options(options);
            let config = config.infer_schema(&context.state()).await.unwrap();
            let listing = ListingTable::try_new(config).unwrap();
            context.register_table(port, Arc::new(Inexact(listing))).unwrap();
        }
        Self(context)
    }

    pub async fn ask(&self, sql: &str) -> Vec<RecordBatch> {
        let frame = self.0.sql(sql).await.unwrap_or_else(|error| panic!("{error}\n{sql}"));
        frame.collect().await.unwrap_or_else(|error| panic!("{error}\n{sql}"))
    }
}

/// DataFusion's own table of files, with statistics that prune and order but do not answer.
#[derive(Debug)]
struct Inexact(ListingTable);

#[async_trait]
impl TableProvider for Inexact {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }

    fn table_type(&self) -> TableType {
        self.0.table_type()
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> EngineResult<Vec<TableProviderFilterPushDown>> {
        self.0.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let plan = self.0.scan(state, projection, filters, limit).await?;
        let Some(files) = plan.downcast_ref::<DataSourceExec>() else { return Ok(plan) };
        let Some(scan) = files.data_source().downcast_ref::<FileScanConfig>() else { return Ok(plan) };
        let statistics = scan.statistics().to_inexact();
        let groups = scan.file_groups.iter().map(|group| {
            let files = group.iter().cloned().map(|mut file| {
                file.statistics = file.statistics.map(|known| Arc::new(known.as_ref().clone().to_inexact()));
                file
            });
            FileGroup::new(files.collect())
        });
        let groups = groups.collect();
        let scan = FileScanConfigBuilder::from(scan.clone()).with_file_groups(groups).with_statistics(statistics);
        Ok(DataSourceExec::from_data_source(scan.build()))
    }
}
