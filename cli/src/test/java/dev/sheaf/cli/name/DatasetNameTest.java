package dev.sheaf.cli.name;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "pets.sheaf               | pets.sheaf          | ''                 | ''",
        "pets.sheaf/              | pets.sheaf          | ''                 | ''",
        "/data/pets.sheaf@dev     | /data/pets.sheaf    | dev                | ''",
        "pets.sheaf/@dev          | pets.sheaf          | dev                | ''",
        "pets.sheaf@main~2:cats   | pets.sheaf          | main~2             | cats",
        "pets.sheaf:cats          | pets.sheaf          | ''                 | cats",
        "a.sheaf@b/c.sheaf        | a.sheaf@b/c.sheaf   | ''                 | ''",
        "a.sheaf.d/b.sheaf@x      | a.sheaf.d/b.sheaf   | x                  | ''",
        "pets.sheaf@{2026-11-01}  | pets.sheaf          | @{2026-11-01}      | ''",
        "pets.sheaf@main@{1 day}  | pets.sheaf          | main@{1 day}       | ''",
        "p.sheaf@{10:20:30}:v     | p.sheaf             | @{10:20:30}        | v",
        "p.sheaf@~1               | p.sheaf             | ~1                 | ''",
        "p.sheaf@release.sheafs   | p.sheaf             | release.sheafs     | ''",
      })
  void splitsAfterTheLastSuffix(String text, String path, String rev, String view) {
    assertThat(DatasetName.parse(text)).contains(new DatasetName(path, rev, view));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"images", "17", "-1", "10:20", "pets.sheafs", "key:a.sheaf", "id:x.sheaf"})
  void isEmptyForWhatNamesNoDataset(String text) {
    assertThat(DatasetName.parse(text)).isEmpty();
  }

  @Test
  void readsVersionOrViewAloneAsOfTheImpliedDataset() {
    assertThat(DatasetName.parseImplied("@dev")).contains(new DatasetName("", "dev", ""));
    assertThat(DatasetName.parseImplied(":cats")).contains(new DatasetName("", "", "cats"));
    assertThat(DatasetName.parseImplied(":20")).isEmpty();
    assertThat(DatasetName.parseImplied("17")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pets.sheaf", "pets.sheaf@dev", "pets.sheaf@{1}:v", "pets.sheaf:v"})
  void printsAsItWasGiven(String text) {
    assertThat(DatasetName.parse(text)).map(DatasetName::toString).contains(text);
  }
}
