/** What a process of the engine does; `all` on the command line stands for all of them. */
export const processRoles = ['intake', 'worker', 'deliver', 'console'] as const;

export type ProcessRole = (typeof processRoles)[number];

/** The roles that take in, work and deliver: the engine proper. */
export const engineRoles = ['intake', 'worker', 'deliver'] as const satisfies readonly ProcessRole[];
