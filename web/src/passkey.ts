// SPDX-License-Identifier: AGPL-3.0-or-later
// Forms that a passkey answers: <form data-passkey="create|get" data-challenge="/address">. The
// server says what to ask, the browser asks the authenticator, the answer goes into the form's
// hidden fields and the form is sent like any other. A secret ("prf") is asked for when the server
// gives a salt.
interface Question {
  challenge: string;
  site: string;
  known: string[];
  salt: string;
  member?: { id: string; email: string; name: string };
}
interface Secrets {
  prf?: { enabled?: boolean; results?: { first?: BufferSource } };
}

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (data: BufferSource): string =>
  btoa(String.fromCharCode(...new Uint8Array(data as ArrayBuffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");

const set = (form: HTMLFormElement, name: string, value: string): void => {
  (form.elements.namedItem(`passkey_${name}`) as HTMLInputElement).value = value;
};
const known = (question: Question): PublicKeyCredentialDescriptor[] =>
  question.known.map((id) => ({ type: "public-key", id: bytes(id) }));

async function create(form: HTMLFormElement, question: Question): Promise<void> {
  const member = question.member!;
  const made = (await navigator.credentials.create({
    publicKey: {
      challenge: bytes(question.challenge),
      rp: { id: question.site, name: question.site },
      user: { id: bytes(member.id), name: member.email, displayName: member.name },
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      excludeCredentials: known(question),
      extensions: { prf: {} } as AuthenticationExtensionsClientInputs,
    },
  })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAttestationResponse;
  const secrets = made.getClientExtensionResults() as Secrets;
  set(form, "id", text(made.rawId));
  set(form, "client_data", text(answer.clientDataJSON));
  set(form, "authenticator_data", text(answer.getAuthenticatorData()));
  set(form, "secret", secrets.prf?.enabled ? "yes" : "");
}

async function get(form: HTMLFormElement, question: Question): Promise<void> {
  const given = (await navigator.credentials.get({
    publicKey: {
      challenge: bytes(question.challenge),
      rpId: question.site,
      userVerification: "required",
      allowCredentials: known(question),
      ...(question.salt && {
        extensions: { prf: { eval: { first: bytes(question.salt) } } } as AuthenticationExtensionsClientInputs,
      }),
    },
  })) as PublicKeyCredential;
  const answer = given.response as AuthenticatorAssertionResponse;
  const secret = (given.getClientExtensionResults() as Secrets).prf?.results?.first;
  if (question.salt && !secret) throw new Error("no secret");
  set(form, "id", text(given.rawId));
  set(form, "client_data", text(answer.clientDataJSON));
  set(form, "authenticator_data", text(answer.authenticatorData));
  set(form, "signature", text(answer.signature));
  set(form, "user_handle", answer.userHandle ? text(answer.userHandle) : "");
  set(form, "secret", secret ? text(secret) : "");
}

async function answer(form: HTMLFormElement): Promise<void> {
  const reply = await fetch(form.dataset["challenge"] ?? "", {
    method: "POST",
    headers: { "X-CSRF-Token": (form.elements.namedItem("csrf") as HTMLInputElement).value },
  });
  if (!reply.ok) throw new Error("no challenge");
  const question = (await reply.json()) as Question;
  await (form.dataset["passkey"] === "create" ? create : get)(form, question);
}

export function passkeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    if (!("PublicKeyCredential" in window) || location.origin !== form.dataset["origin"]) continue;
    form.hidden = false;
    for (const other of document.querySelectorAll<HTMLElement>("[data-without-passkey]")) other.hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const said = form.querySelector("[role=status]")!;
      said.textContent = "";
      answer(form).then(
        () => form.submit(),
        (error: Error) => {
          said.textContent = (error.message === "no secret" && form.dataset["noSecret"]) || form.dataset["failed"] || "";
        },
      );
    });
  }
}
