import { Duration } from "aws-cdk-lib";
import { Bucket, BucketProps, StorageClass } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

/** A bucket whose objects go to cold storage. */
export class ArchiveBucket extends Bucket {
	constructor(scope: Construct, id: string, props: BucketProps = {}) {
		super(scope, id, {
			lifecycleRules: [
				{ transitions: [{ storageClass: StorageClass.GLACIER, transitionAfter: Duration.days(30) }] },
			],
			...props,
		});
	}
}

export interface RecordsProps {
	readonly name: string;
	readonly days: number;
}

/** What has to be kept for some years, and who may read it. */
export class Records extends Construct {
	readonly bucket: Bucket;

	constructor(scope: Construct, id: string, props: RecordsProps) {
		super(scope, id);
		this.bucket = new Bucket(this, "Bucket", {
			versioned: true,
			lifecycleRules: [{ expiration: Duration.days(props.days) }]
		});
	}
}
