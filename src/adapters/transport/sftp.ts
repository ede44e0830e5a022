export type { AfterPickup } from './sftp/claims.js';
export { type HostKey, hostKeysOf, type SftpLogin, type SftpServer } from './sftp/connect.js';
export { type SftpConnection, type SftpConnectionOptions, sftpConnection } from './sftp/connection.js';
export { type SftpDeliveryOptions, sftpDelivery } from './sftp/delivery.js';
export { fingerprintOf } from './sftp/host-keys.js';
export { claimsFolders, type SftpIntakeOptions, sftpIntake } from './sftp/intake.js';
export { type FolderProbe, probeServer } from './sftp/probe.js';
