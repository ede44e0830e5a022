import { z } from 'zod';
import { loginKey, takeTry } from '../login.js';
import { accountAnswer } from '../pages/account.js';
import { passwordLengthMax, passwordProblem, passwordsOf } from '../passwords.js';
import { action, redirect } from '../route.js';

const text = z
  .string()
  .max(passwordLengthMax * 4)
  .default('');

/** Changes one's own password; every other session ends. */
export const changePassword = action({
  path: '/compte/mot-de-passe',
  role: 'reader',
  audited: 'password-changed',
  beforePassword: true,
  schema: { body: z.object({ current: text, password: text, again: text }) },
  async handler(call) {
    const { parts, visitor } = call;
    const { user, session } = visitor;
    const { current, password, again } = call.body;
    const passwords = passwordsOf(parts);
    const problem = passwordProblem(password, parts.loaded.settings.console.passwordLengthMin, user.login);
    if (problem !== null) return accountAnswer(call, { password: problem });
    if (password === current)
      return accountAnswer(call, { password: 'C’est le mot de passe actuel : choisissez-en un autre.' });
    if (password !== again)
      return accountAnswer(call, { again: 'Les deux saisies du nouveau mot de passe diffèrent.' });
    const waitS = await takeTry(parts, user.login, call.ip);
    if (waitS !== null)
      return accountAnswer(call, {
        current: `Trop d’essais : attendez ${Math.ceil(waitS / 60)} min, puis recommencez.`,
      });
    if (!(await passwords.verify(current, user.password)))
      return accountAnswer(call, { current: 'Ce n’est pas votre mot de passe actuel.' });
    const hash = await passwords.hash(password);
    const at = parts.clock.now().toISOString();
    await parts.store.transaction(async (tx) => {
      await tx.updateUser(user.id, { password: hash, passwordAt: at, mustChange: false });
      await tx.endSessions(user.id, session.hash);
      await tx.clearLoginCounter(loginKey(user.login));
      await tx.insertEvents([call.event('password-changed', 'a changé son mot de passe')]);
    });
    const told = 'Votre mot de passe est changé ; vos autres sessions sont fermées.';
    return redirect('/compte', { tone: 'success', text: told });
  },
});

/** Ends one of one's own sessions. */
export const endSession = action({
  path: '/compte/sessions/:id/fin',
  role: 'reader',
  audited: 'session-ended',
  schema: { params: z.object({ id: z.string().max(64) }) },
  async handler(call) {
    const { user } = call.visitor;
    const ended = await call.parts.store.transaction(async (tx) => {
      const done = await tx.endSession(user.id, call.params.id);
      if (done) await tx.insertEvents([call.event('session-ended', 'a fermé une de ses sessions')]);
      return done;
    });
    return redirect('/compte', {
      tone: 'success',
      text: ended ? 'La session est fermée.' : 'Cette session était déjà fermée.',
    });
  },
});

/** Ends all of one's own sessions but this one. */
export const endOtherSessions = action({
  path: '/compte/sessions/fin',
  role: 'reader',
  audited: 'session-ended',
  async handler(call) {
    const { user, session } = call.visitor;
    await call.parts.store.transaction(async (tx) => {
      const count = await tx.endSessions(user.id, session.hash);
      await tx.insertEvents([call.event('session-ended', `a fermé ses autres sessions (${count})`)]);
    });
    return redirect('/compte', { tone: 'success', text: 'Toutes vos autres sessions sont fermées.' });
  },
});
