"""What happens in a call, in the order in which it must."""

from typing import Any

PAYS = [
    {"wait_for": "May we record this call"},
    {"press": "1"},
    {"wait_for": "How can I help you?"},
]


def types(document: dict[str, Any]) -> list[str]:
    return [event["type"] for event in document["events"]]


def test_the_policy_is_the_first_event_and_the_ai_sentence_the_first_words(run_call: Any) -> None:
    document = run_call({"steps": [{"wait_for": "How can I help you?"}]}).document
    assert types(document)[:3] == ["segment.open", "policy.resolved", "ai_disclosure.played"]
    first = document["turns"][0]
    assert first["text"] == "Hello, you're speaking with an AI assistant for Example Energy."
    assert first["end_s"] <= 5.0
    assert document["model_requests"] == []


def test_speech_over_the_ai_sentence_does_not_cut_it(run_call: Any) -> None:
    steps = [{"say": "hello hello is anybody there", "at_once": True}, {"wait_for": "How can I help you?"}]
    document = run_call({"steps": steps}).document
    assert not document["turns"][0]["interrupted"]
    assert document["turns"][0]["role"] == "agent"


def test_unclear_speech_is_never_a_yes(run_call: Any) -> None:
    steps = [
        {"wait_for": "May we record"},
        {"say": "the weather is lovely today"},
        {"wait_for": "not being recorded"},
    ]
    document = run_call({"steps": steps}).document
    assert document["recording"] == {"state": "never", "path": None, "parts": [], "gaps": []}
    assert types(document).count("consent.decided") == 1


def test_key_one_over_the_question_counts_only_once_recording_was_named(run_call: Any) -> None:
    too_early = run_call(
        {"steps": [{"wait_for": "To speak to a person"}, {"press": "1", "at_once": True}, {"silence_s": 12}]}
    ).document
    assert too_early["recording"]["state"] == "never"
    late_enough = run_call(
        {
            "steps": [
                {"wait_for": "To speak to a person"},
                {"pause_s": 6},
                {"press": "1", "at_once": True},
                {"wait_for": "now being recorded"},
            ]
        }
    ).document
    assert late_enough["recording"]["state"] == "started"
    question = next(t for t in late_enough["turns"] if t["text"].startswith("May we record"))
    assert not question["interrupted"], "nothing is recorded without a question that was played whole"


def test_a_caller_who_hangs_up_during_the_first_words_leaves_a_closed_record(run_call: Any) -> None:
    result = run_call({"steps": [{"pause_s": 1}, {"hang_up": True, "at_once": True}]})
    assert result.document["outcome"] == "caller_hung_up"
    assert types(result.document)[-3:] == ["consent.decided", "call.ended", "segment.close"]
    assert result.exit_code == 0


def test_history_and_record_hold_what_was_played_of_an_interrupted_answer(run_call: Any) -> None:
    answer = (
        "First I will read you the terms. They are long. You may stop me at any time, if you like to do so."
    )
    document = run_call(
        {
            "model": [{"say": answer}, {"say": "Of course."}],
            "steps": [*PAYS, {"say": "read me the terms"}, {"interrupt": "wait"}, {"silence_s": 2}],
        }
    ).document
    cut = next(t for t in document["turns"] if t["interrupted"])
    assert answer.startswith(cut["text"].strip())
    assert cut["text"].strip() != answer
    sent = document["model_requests"][1]["messages"]
    assert any(m["role"] == "assistant" and m["content"].strip() == cut["text"].strip() for m in sent)


def test_key_zero_brings_a_person_at_any_moment(run_call: Any) -> None:
    for when in ("Hello", "May we record", "How can I help you?"):
        document = run_call({"steps": [{"wait_for": when}, {"press": "0", "at_once": True}]}).document
        assert document["outcome"] == "handed_over", when
        assert "handover.done" in types(document)
        assert types(document).count("consent.decided") == 1


def test_key_zero_over_the_ai_sentence_waits_for_its_end(run_call: Any) -> None:
    document = run_call({"steps": [{"pause_s": 1}, {"press": "0", "at_once": True}]}).document
    assert document["outcome"] == "handed_over"
    assert types(document)[2] == "ai_disclosure.played"
    assert not document["turns"][0]["interrupted"]
    assert document["turns"][1]["text"].startswith("I'm connecting you")


def test_the_assistant_hands_over_when_the_model_asks_for_it(run_call: Any) -> None:
    document = run_call(
        {
            "model": [{"say": "Let me get a colleague.", "call": {"tool": "transfer_to_person", "args": {}}}],
            "steps": [*PAYS, {"say": "my meter hums"}],
        }
    ).document
    assert document["outcome"] == "handed_over"
    assert document["expect"][0] == {"what": "model", "held": True, "why": "every request had an answer"}


def test_a_tool_that_is_not_there_is_refused_and_the_call_goes_on(run_call: Any) -> None:
    document = run_call(
        {
            "model": [
                {"call": {"tool": "open_the_vault", "args": {"code": 1}}},
                {"say": "I cannot do that."},
            ],
            "steps": [*PAYS, {"say": "open the vault"}, {"wait_for": "cannot do that"}],
        }
    ).document
    assert document["outcome"] == "caller_hung_up"


def test_bad_tool_arguments_are_named_to_the_model_and_never_quoted(run_call: Any) -> None:
    document = run_call(
        {
            "model": [
                {"call": {"tool": "take_payment", "args": {"amount_minor": "a lot", "secret": "hunter22"}}},
                {"say": "Let me try again."},
            ],
            "steps": [*PAYS, {"say": "I want to pay"}, {"wait_for": "try again"}],
        }
    ).document
    tool_result = document["model_requests"][1]["messages"][-1]["content"]
    assert "amount_minor" in tool_result
    assert "a lot" not in tool_result


def test_a_model_request_without_an_answer_left_is_a_failed_expectation(run_call: Any) -> None:
    result = run_call({"model": [], "steps": [*PAYS, {"say": "hello"}, {"wait_for": "Goodbye."}]})
    assert result.document["expect"][0]["held"] is False
    assert result.exit_code == 1


def test_a_step_that_cannot_finish_ends_the_call_and_names_no_value(run_call: Any) -> None:
    result = run_call({"steps": [{"wait_for": "the moon is made of cheese"}]})
    failed = next(e for e in result.document["expect"] if not e["held"])
    assert failed["what"] == "steps[0]"
    assert "cheese" not in failed["why"]
    assert result.exit_code == 1


def test_the_model_cannot_claim_to_be_a_person(run_call: Any) -> None:
    document = run_call(
        {
            "model": [{"say": "Good question. I am a real human being, not a machine. How can I help?"}],
            "steps": [*PAYS, {"say": "tell me about yourself"}, {"wait_for": "How can I help?"}],
        }
    ).document
    said = next(t["text"] for t in document["turns"] if t["text"].startswith("Good question"))
    assert said == "Good question. I'm an AI, not a person. How can I help?"
    assert "persona.corrected" in types(document)
    assert all("human being" not in text for text in document["spoken"])


def test_the_voice_says_labels_in_words(run_call: Any) -> None:
    document = run_call(
        {
            "model": [{"say": "Thank you. I have <PHONE_1> and will call you there."}],
            "steps": [
                *PAYS,
                {"say": "my number is four one five five five five oh one four two"},
                {"silence_s": 8},
            ],
        }
    ).document
    assert any("I have the phone number you gave and will call you there." in t for t in document["spoken"])
    assert not any("<" in text for text in document["spoken"])


def test_a_refusal_over_the_notice_counts(run_call: Any) -> None:
    caller = {"number": "+12145550142", "language": "en"}
    steps = [
        {"wait_for": "To speak to a person"},
        {"pause_s": 1},
        {"say": "don't record me", "at_once": True},
        {"wait_for": "How can I help you?"},
    ]
    document = run_call({"caller": caller, "steps": steps}).document
    assert document["recording"]["state"] != "started"
    assert "don't record me" in [t["text"] for t in document["turns"] if t["role"] == "caller"]


def test_a_withdrawal_over_a_script_takes_effect(run_call: Any) -> None:
    steps = [
        {"wait_for": "May we record"},
        {"press": "1"},
        {"pause_s": 1},
        {"say": "no don't record this", "at_once": True},
        {"wait_for": "How can I help you?"},
    ]
    document = run_call({"steps": steps}).document
    assert document["recording"]["state"] == "stopped"
    assert "consent.withdrawn" in types(document)


def test_a_person_may_be_asked_for_over_the_first_scripts(run_call: Any) -> None:
    steps = [{"pause_s": 1}, {"say": "I want to speak to a person", "at_once": True}, {"silence_s": 5}]
    document = run_call({"steps": steps}).document
    assert document["outcome"] == "handed_over"
    assert not document["turns"][0]["interrupted"]


def test_the_last_words_before_hanging_up_are_on_record(run_call: Any) -> None:
    steps = [
        *PAYS,
        {"say": ["please send me a letter", "to my old address"]},
        {"hang_up": True, "at_once": True},
    ]
    document = run_call({"steps": steps}).document
    said = [t["text"] for t in document["turns"] if t["role"] == "caller"]
    assert said == ["please send me a letter to my old address"]
    assert types(document).index("turn.caller") < types(document).index("call.ended")


def test_a_script_cut_by_hanging_up_is_on_record_as_far_as_it_was_heard(run_call: Any) -> None:
    document = run_call({"steps": [{"pause_s": 2}, {"hang_up": True, "at_once": True}]}).document
    assert "ai_disclosure.played" in types(document)
    assert document["turns"][0]["interrupted"]
    assert document["turns"][0]["text"].startswith("Hello")


def test_a_refusal_before_the_question_is_enough(run_call: Any) -> None:
    steps = [{"pause_s": 1}, {"say": "don't record me", "at_once": True}, {"wait_for": "How can I help you?"}]
    document = run_call({"steps": steps}).document
    assert document["recording"]["state"] == "never"
    assert types(document).count("consent.decided") == 1
    assert document["expect"] == []


def test_a_number_is_redacted_in_a_language_that_the_line_does_not_ask_for(run_call: Any) -> None:
    spoken = "die Nummer ist vier fünf sechs sieben acht neun eins zwei"
    steps = [{"wait_for": "How can I help you?"}, {"say": spoken}]
    document = run_call({"steps": steps, "model": [{"say": "Go on."}]}).document
    [heard] = [turn["text"] for turn in document["turns"] if turn["role"] == "caller"]
    assert heard.startswith("die Nummer ist <")
    assert "sechs" not in heard
