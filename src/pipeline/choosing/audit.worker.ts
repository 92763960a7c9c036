import type { AuditPart } from '../../selection/audit.js';
import { type AuditTask, auditOne } from './audit-task.js';

/** Pool entry: audits one part on a worker thread. */
export function run(task: AuditTask, report: (value: unknown) => void): AuditPart {
  return auditOne(task, report);
}
