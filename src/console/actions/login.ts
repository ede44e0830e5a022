import { z } from 'zod';
import { signIn } from '../login.js';
import { localPath, loginAnswer } from '../pages/login.js';
import { passwordLengthMax, passwordsOf } from '../passwords.js';
import { type Answer, open } from '../route.js';

const body = z.object({
  login: z.string().max(200).default(''),
  password: z
    .string()
    .max(passwordLengthMax * 4)
    .default(''),
  retour: z.string().optional(),
});

/** Signs in; what is wrong with login or password is never told apart. */
export const login = open({
  method: 'POST',
  path: '/connexion',
  schema: { body },
  async handler(call): Promise<Answer> {
    const { login: typed, password, retour } = call.body;
    const back = localPath(retour);
    const passwords = passwordsOf(call.parts);
    const outcome = await signIn(
      { ...call.parts, passwords },
      { login: typed, password, ip: call.ip, agent: call.agent },
    );
    if (outcome.kind === 'held') {
      const minutes = Math.ceil(outcome.retryAfterS / 60);
      const problem = `trop d’essais de connexion. Attendez ${minutes} min avant de recommencer, ou demandez à un administrateur de débloquer le compte.`;
      return loginAnswer(call, { back, login: typed, problem, status: 429 });
    }
    if (outcome.kind === 'refused') {
      const problem = 'identifiant ou mot de passe incorrect. Vérifiez les majuscules, puis recommencez.';
      return loginAnswer(call, { back, login: typed, problem, status: 401 });
    }
    return {
      kind: 'redirect',
      to: outcome.user.mustChange ? '/compte' : back,
      cookies: [
        { cookie: 'session', value: outcome.token },
        { cookie: 'form', value: null },
      ],
    };
  },
});
