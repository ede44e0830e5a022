import { action } from '../route.js';

/** Ends the session, in the store and in the browser. */
export const logout = action({
  path: '/deconnexion',
  role: 'reader',
  audited: 'logout',
  beforePassword: true,
  async handler(call) {
    const { session, user } = call.visitor;
    await call.parts.store.transaction(async (tx) => {
      await tx.endSession(user.id, session.id);
      await tx.insertEvents([call.event('logout', 'déconnexion')]);
    });
    return {
      kind: 'redirect',
      to: '/connexion',
      flash: { tone: 'success', text: 'Vous êtes déconnecté.' },
      cookies: [{ cookie: 'session', value: null }],
    };
  },
});
