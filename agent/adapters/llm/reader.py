"""The reader port on any OpenAI-compatible model: ask on the best rung, validate, repair once, account for it."""

import json
from collections.abc import Callable
from copy import copy
from functools import partial
from time import sleep
from typing import NoReturn, Self, TypeVar

from agent.adapters.llm.accept import (
    Malformed,
    Misfit,
    to_classification,
    to_draft,
    to_explanation,
    to_mail_reading,
    validated,
)
from agent.adapters.llm.allow import typed_only
from agent.adapters.llm.chat import Chat, Question
from agent.adapters.llm.endpoint import Endpoint
from agent.adapters.llm.jobs import AnswerCutOff, AnswerRefused, AnswerRejected, Got, Job, whole
from agent.adapters.llm.ladder import Dialect, DialectBook, DialectMemory, rungs_for
from agent.adapters.llm.metering import Bill, Meter
from agent.adapters.llm.places import Places
from agent.adapters.llm.pseudonyms import hidden, mapped
from agent.adapters.llm.replies import Reply
from agent.adapters.llm.trouble import Trouble
from agent.adapters.llm.wire import (
    WIRES,
    ClassificationWire,
    DraftWire,
    ExplanationWire,
    MailReadingWire,
    Wire,
    form_of,
    schema_of,
)
from agent.errors import (
    ConfigurationError,
    ModelAnswerInvalid,
    ModelRefused,
    ModelUnavailable,
    PromptMismatch,
)
from agent.kit.values import Value
from agent.suggestions.model import Provenance
from agent.suggestions.names import Name, names_in
from agent.suggestions.prompt import Prompt, load_prompt
from agent.suggestions.reader import (
    Answered,
    Classification,
    Draft,
    ExceptionInput,
    InvoiceSummaryInput,
    MailInput,
    MailReading,
    MailSummaryInput,
    SummaryInput,
)

Form = TypeVar("Form", bound=Wire)
SUMMARIES = {
    "MailSummaryInput": ("summarise_mail", 3),
    "ExceptionSummaryInput": ("summarise_exception", 3),
    "RiskSummaryInput": ("summarise_risk", 8),
    "InvoiceSummaryInput": ("explain_invoice", 3),
    "PatternSummaryInput": ("summarise_pattern", 3),
}


class ModelReader:
    """Reads and words with a language model. Safe for threads; connects at the first call.

    Raises ModelUnavailable (the same call may work later), ModelAnswerInvalid (refused, cut off, or not of the asked
    form even after one repair) and ConfigurationError (key, address or model name are wrong).
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        memory: DialectMemory | None = None,
        wait: Callable[[float], None] = sleep,
        prompts: Callable[[str], Prompt] = load_prompt,
        meter: Meter | None = None,
        places: Places | None = None,
        pseudonyms: bool = False,
    ) -> None:
        self._endpoint = endpoint
        self._chat = Chat(endpoint, wait, places)
        self._meter = meter
        self._pseudonyms = pseudonyms
        self._case_id = ""
        self._names: tuple[Name, ...] = ()
        self._book = DialectBook(endpoint.address, memory)
        self._prompts = prompts

    def for_case(self, case_id: str, about: Value | None = None) -> Self:
        """The same reader, what it uses put on this case's account; the names in `about` are known to pseudonyms."""
        mine = copy(self)
        names = names_in(about) if self._pseudonyms and about is not None else ()
        mine.__dict__.update(_case_id=case_id, _names=names)
        return mine

    def classify(self, asked: ExceptionInput) -> Answered[Classification]:
        return self._answer(self._job("classify_exception", asked, ClassificationWire, to_classification))

    def read_mail(self, asked: MailInput) -> Answered[MailReading]:
        convert = partial(to_mail_reading, asked=asked)
        return self._answer(self._job("read_supplier_email", asked, MailReadingWire, convert))

    def summarise(self, asked: SummaryInput) -> Answered[Draft]:
        name, most = SUMMARIES[type(asked).__name__]
        shown = typed_only(asked) if isinstance(asked, MailSummaryInput) else asked
        if isinstance(asked, InvoiceSummaryInput):
            return self._answer(self._job(name, shown, ExplanationWire, partial(to_explanation, most=most)))
        return self._answer(self._job(name, shown, DraftWire, partial(to_draft, most=most)))

    def dialect(self, model: str = "") -> Dialect | None:
        """How the model is asked, when that is known."""
        return self._book.known(model or self._endpoint.model)

    def models(self) -> tuple[str, ...]:
        """The model ids that the server lists. Raises like the tasks."""
        try:
            return self._chat.models()
        except Trouble as trouble:
            self._fail(trouble, proven=False)

    def close(self) -> None:
        """Close the connections."""
        self._chat.close()

    def _job(self, name: str, asked: Value, wire: type[Form], convert: Callable[[Form], Got]) -> Job[Got]:
        """What is sent for this input, without its names where pseudonyms are wanted; they are back in what is read."""
        prompt = self._prompts(name)
        if WIRES.get(prompt.output) is not wire:
            raise PromptMismatch(f"{prompt.name}: its output {prompt.output!r} is not what the task reads")
        names = None
        if self._pseudonyms:
            asked, names = hidden(asked, self._names)

        def read(text: str) -> Got:
            found = validated(wire, text)
            return convert(mapped(found, names.show) if names else found)

        rendered = prompt.render_from(asked)
        if (size := len(rendered.system) + len(rendered.user)) > prompt.model.max_prompt_chars:
            raise ModelAnswerInvalid(f"not asked: {size} characters, the prompt allows {prompt.model.max_prompt_chars}")
        question = Question(
            turns=(("system", rendered.system), ("user", rendered.user)),
            schema_=schema_of(wire, prompt.output),
            model=prompt.model.name or self._endpoint.model,
            parameters=prompt.model,
        )
        return Job(prompt=prompt, question=question, read=read)

    def _answer(self, job: Job[Got]) -> Answered[Got]:
        bill = Bill()
        if self._meter is None:
            return self._asked(job, bill)
        with self._meter.watching(self._case_id, job.prompt.name, job.likely_tokens, bill):
            return self._asked(job, bill)

    def _asked(self, job: Job[Got], bill: Bill) -> Answered[Got]:
        model = job.question.model
        dialect = self._book.known(model)
        if dialect is None:
            return self._find_out(job, bill, proven=False)
        try:
            reply, dialect = self._send(job.question, dialect, bill)
        except Trouble as trouble:
            if trouble.lasts_on_every_rung:
                self._fail(trouble, proven=True)
            self._book.forget(model)
            return self._find_out(job, bill, proven=True)
        try:
            got = job.read(whole(reply))
        except (Malformed, Misfit) as wrong:
            return self._repair(job, dialect, reply, wrong, bill)
        self._book.worked(model)
        return self._done(job, got, dialect, reply, bill)

    def _find_out(self, job: Job[Got], bill: Bill, *, proven: bool) -> Answered[Got]:
        """Climb down the ladder; the first rung that gives the asked form is remembered."""
        model, dropped = job.question.model, frozenset[str]()
        best: tuple[Dialect, Reply, Exception] | None = None
        last: Trouble | None = None
        for rung in rungs_for(model):
            try:
                reply, dialect = self._send(job.question, Dialect(rung=rung, dropped=dropped), bill, patient=False)
            except Trouble as trouble:
                if trouble.lasts_on_every_rung:
                    self._fail(trouble, proven=proven)
                last = trouble
                continue
            dropped = dialect.dropped
            try:
                got = job.read(whole(reply))
            except Misfit as wrong:
                self._book.learn(model, dialect, proven=True)
                return self._repair(job, dialect, reply, wrong, bill)
            except Malformed as wrong:
                best = (dialect, reply, wrong)
                if reply.truncated and reply.text.lstrip().startswith("{"):
                    break  # the form is held, only too long
                continue
            self._book.learn(model, dialect, proven=True)
            return self._done(job, got, dialect, reply, bill)
        if best is None:
            self._fail(last or Trouble("no way of asking"), proven=proven)
        self._book.learn(model, best[0], proven=False)
        return self._repair(job, *best, bill)

    def _repair(self, job: Job[Got], dialect: Dialect, reply: Reply, wrong: Exception, bill: Bill) -> Answered[Got]:
        """Send back what is wrong, once."""
        schema = json.dumps(job.question.schema_, ensure_ascii=False)
        words = f"That does not fit: {wrong}\nAnswer again, with one JSON object alone that fits this schema:\n{schema}"
        turns = (*job.question.turns, ("assistant", reply.text or "(nothing)"), ("user", words))
        question = job.question.model_copy(update={"turns": turns})
        try:
            again, dialect = self._send(question, dialect, bill)
        except Trouble as trouble:
            self._fail(trouble, proven=True)
        try:
            got = job.read(whole(again))
        except (Malformed, Misfit) as still:
            if isinstance(still, Malformed):
                self._book.struck(job.question.model)
            kind = AnswerCutOff if again.truncated else AnswerRejected
            said = f"{job.prompt.name}: {still}, even after one repair"
            raise kind.of(said, again, bill.usage(self._endpoint.price)) from None
        return self._done(job, got, dialect, again, bill, repaired=True)

    def _send(self, question: Question, dialect: Dialect, bill: Bill, *, patient: bool = True) -> tuple[Reply, Dialect]:
        """One reply; an optional parameter that the server does not take is left out from then on."""
        while True:
            try:
                reply = self._chat.ask(question, dialect, patient=patient)
            except Trouble as trouble:
                unwanted = trouble.unwanted
                if not unwanted or unwanted in dialect.dropped:
                    raise
                dialect = Dialect(rung=dialect.rung, dropped=dialect.dropped | {unwanted})
                if self._book.known(question.model) is not None:
                    self._book.learn(question.model, dialect, proven=True)
                continue
            bill.add(reply)
            if reply.refused:
                raise AnswerRefused.of("", reply, bill.usage(self._endpoint.price))
            return reply, dialect

    def _done(
        self, job: Job[Got], got: Got, dialect: Dialect, reply: Reply, bill: Bill, *, repaired: bool = False
    ) -> Answered[Got]:
        return Answered[Got](
            answer=got,
            provenance=Provenance(
                reader="model",
                model_id=reply.model_id or job.question.model,
                prompt_version=job.prompt.version,
                method=f"{dialect.rung.value} {job.prompt.output}@{form_of(job.prompt.output)}",
            ),
            usage=bill.usage(self._endpoint.price),
            prompt=reply.sent,
            output=reply.text,
            repaired=repaired,
        )

    def _fail(self, trouble: Trouble, *, proven: bool) -> NoReturn:
        """The error for the caller; `proven` says that this endpoint has answered before."""
        said = f"{trouble.words} (HTTP {trouble.status})" if trouble.status else trouble.words
        if trouble.filtered:
            raise ModelRefused(said) from None
        if trouble.too_long:
            raise ModelAnswerInvalid(f"the model server refused this prompt: {said}") from None
        if trouble.may_pass or trouble.code == "insufficient_quota":
            raise ModelUnavailable(said) from None
        if proven:
            raise ModelAnswerInvalid(f"the model server refuses this request: {said}") from None
        raise ConfigurationError(
            f"the model server refuses every way of asking {self._endpoint.model}: {said}",
            remedy="Check GATEHOUSE_LLM_MODEL and GATEHOUSE_LLM_BASE_URL (up to and including /v1).",
        ) from None
