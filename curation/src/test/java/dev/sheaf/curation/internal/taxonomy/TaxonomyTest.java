package dev.sheaf.curation.internal.taxonomy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TaxonomyTest {
  private static final String SCENES =
      """
      taxonomy: scenes
      version: 2
      facets:
        subject:
          tags:
            animal:
              aliases: {en: [animal, creature], zh: [动物]}
              children:
                dog:
                  aliases: {en: [dog, dogs, puppy], zh: [狗, 小狗]}
                cat:
                  aliases: {en: [cat, cats, kitten], zh: 猫}
            food:
              children:
                hot_dog: {aliases: {en: [hot dogs], zh: [热狗]}}
        time:
          exclusive: true
          tags: [day, night]
        place:
          tags: [indoor, outdoor, beach]
      implies:
        beach: outdoor
      excludes:
        - [indoor, outdoor]
      """;

  private final Taxonomy taxonomy = Taxonomy.parse("scenes.yaml", SCENES);

  @Test
  void knowsHierarchyImplicationsAndExclusions() {
    assertThat(taxonomy.name()).isEqualTo("scenes");
    assertThat(taxonomy.version()).isEqualTo(2);
    assertThat(taxonomy.facets()).containsExactly("subject", "time", "place");
    assertThat(taxonomy.tagsOf("subject"))
        .containsExactly("animal", "dog", "cat", "food", "hot_dog");
    assertThat(taxonomy.implied("dog")).containsExactly("animal");
    assertThat(taxonomy.implied("beach")).containsExactly("outdoor");
    assertThat(taxonomy.excludes("day", "night")).isTrue();
    assertThat(taxonomy.excludes("dog", "cat")).isFalse();
    assertThat(taxonomy.depth("dog")).isEqualTo(1);
  }

  @Test
  void findsWordsInBothLanguages() {
    Keywords keywords = new Keywords(taxonomy);

    assertThat(tags(keywords, "Two DOGS and a kitten, by day"))
        .containsExactly("dog", "cat", "day");
    assertThat(tags(keywords, "一只小狗在白天追猫")).containsExactly("dog", "cat");
    assertThat(tags(keywords, "a hot dog")).containsExactly("hot_dog");
    assertThat(tags(keywords, "我吃热狗")).containsExactly("hot_dog");
    assertThat(tags(keywords, "category, dogma, midnight")).isEmpty();
    assertThat(tags(keywords, "")).isEmpty();
  }

  @Test
  void addsWhatIsImpliedAndDropsWhatASurerTagExcludes() {
    Assignments result =
        Assignments.resolve(
            taxonomy,
            List.of(
                new Assignment("indoor", "image", "rule:1", 0.4),
                new Assignment("beach", "image", "rule:2", 0.9),
                new Assignment("indoor", "text", "keyword:indoor", 1),
                new Assignment("dog", "text", "keyword:dog", 1)));

    assertThat(result.tags())
        .extracting(a -> a.modality() + ":" + a.tag() + "<" + a.source())
        .containsExactly(
            "image:outdoor<implied:beach",
            "image:beach<rule:2",
            "text:animal<implied:dog",
            "text:dog<keyword:dog",
            "text:indoor<keyword:indoor");
    assertThat(result.conflicts()).containsExactly("image: indoor against outdoor");
  }

  @Test
  void countsCoverageAndRelatesModalities() {
    Coverage coverage = new Coverage(taxonomy);
    for (int i = 0; i < 100; i++) {
      boolean dog = i < 40;
      boolean seen = i < 30 || i >= 95;
      List<Assignment> tags = new java.util.ArrayList<>();
      if (dog) {
        tags.add(new Assignment("dog", "text", "", 1));
      }
      if (seen) {
        tags.add(new Assignment("dog", "image", "", 1));
      }
      if (i == 99) {
        tags.add(new Assignment("day", "text", "", 1));
        tags.add(new Assignment("night", "image", "", 1));
      }
      coverage.add(tags);
    }

    assertThat(coverage.samples()).isEqualTo(100);
    assertThat(coverage.facets()).containsEntry("subject", 45L).containsEntry("place", 0L);
    assertThat(coverage.gaps(10))
        .extracting(Coverage.TagCount::tag)
        .contains("cat", "day", "night")
        .doesNotContain("dog");
    Coverage.Correlation dogs =
        coverage.correlations().stream()
            .filter(c -> c.tag().equals("dog") && c.otherTag().equals("dog"))
            .findFirst()
            .orElseThrow();
    assertThat(dogs.together()).isEqualTo(30);
    assertThat(dogs.lift()).isCloseTo(30.0 * 100 / (40 * 35), within(1e-12));
    assertThat(dogs.phi()).isCloseTo(0.6847, within(1e-3));
    assertThat(coverage.correlations())
        .filteredOn(Coverage.Correlation::contradiction)
        .extracting(Coverage.Correlation::otherTag)
        .containsExactly("day");
  }

  @Test
  void namesTheLineOfEveryMistake() {
    assertThatThrownBy(() -> parse("facets: {a: {tags: [x]}}"))
        .hasMessage("The name is missing at t.yaml, line=1. Begin with taxonomy: NAME");
    assertThatThrownBy(
            () -> parse("taxonomy: t\nfacets:\n  a:\n    tags: [x]\n  b:\n    tags: [x]"))
        .hasMessageContaining("Tag \"x\" is declared twice, first on line 4 at t.yaml, line=6");
    assertThatThrownBy(
            () -> parse("taxonomy: t\nfacets: {a: {tags: [day, night]}}\nimplies:\n  dey: night"))
        .hasMessageContaining("Unknown tag \"dey\" at t.yaml, line=4. Did you mean \"day\"?");
    assertThatThrownBy(
            () -> parse("taxonomy: t\nfacets: {a: {tags: [x, y]}}\nimplies: {x: y, y: x}"))
        .hasMessageContaining("Tag \"x\" implies itself, through \"y\"");
    assertThatThrownBy(
            () ->
                parse(
                    "taxonomy: t\nfacets: {a: {tags: [x, y]}}\nimplies: {x: y}\nexcludes: [[x, y]]"))
        .hasMessageContaining("Tag \"x\" can never hold");
    assertThatThrownBy(
            () ->
                parse(
                    "taxonomy: t\nfacets:\n  a:\n    tags:\n      x: {aliases: {en: [Car]}}\n"
                        + "      y: {aliases: {en: [car]}}"))
        .hasMessageContaining("Alias \"car\" (en) means both \"x\" and \"y\" (line 6)");
    assertThatThrownBy(() -> parse("taxonomy: t\nfacets: {a: {tgas: [x]}}"))
        .hasMessageContaining("Unknown entry \"tgas\" at t.yaml, line=2. Did you mean \"tags\"?");
    assertThatThrownBy(() -> parse("taxonomy: [t"))
        .hasMessageContaining("Not valid YAML")
        .hasMessageContaining("line=1");
  }

  private static Taxonomy parse(String text) {
    return Taxonomy.parse("t.yaml", text);
  }

  private static List<String> tags(Keywords keywords, String text) {
    return keywords.find(text).stream().map(Keywords.Match::tag).toList();
  }
}
