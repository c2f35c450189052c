from scripts.messages import problems


def test_german_catalogue_is_complete():
    assert problems() == []
