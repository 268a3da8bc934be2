from agent.evidence.collect import within
from tests.builders import a_case, a_purchase, an_evidence

OURS, THEIRS = a_purchase("P00012", company="Acme"), a_purchase("P00099", company="Globex")


def test_records_of_another_company_are_left_out_and_named():
    found = within(an_evidence(a_case(), purchases=(OURS, THEIRS)), "Acme")

    assert found.purchases == (OURS,)
    assert found.missing == ("P00099 belongs to another company.",)


def test_without_a_company_the_first_record_tells_it():
    assert within(an_evidence(a_case(), purchases=(THEIRS, OURS)), "").purchases == (THEIRS,)


def test_evidence_of_one_company_stays_as_it_is():
    found = an_evidence(a_case(), purchases=(OURS,))

    assert within(found, "Acme") is found
