package dev.sheaf.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The shape of the house: {@code format <- query <- curation <- cli}, whole modules seen at once.
 */
class ArchitectureTest {
  private static final List<String> LIBRARIES = List.of("format", "query", "curation");

  private static final JavaClasses SHEAF =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sheaf");

  @Test
  void seesTheModules() {
    assertThat(SHEAF.stream().map(JavaClass::getPackageName))
        .contains("dev.sheaf.format", "dev.sheaf.cli");
  }

  @Test
  void modulesDependInOneDirection() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("format")
        .definedBy("dev.sheaf.format..")
        .optionalLayer("query")
        .definedBy("dev.sheaf.query..")
        .optionalLayer("curation")
        .definedBy("dev.sheaf.curation..")
        .layer("cli")
        .definedBy("dev.sheaf.cli..")
        .whereLayer("format")
        .mayNotAccessAnyLayer()
        .whereLayer("query")
        .mayOnlyAccessLayers("format")
        .whereLayer("curation")
        .mayOnlyAccessLayers("format", "query")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(SHEAF);
  }

  @Test
  void internalsStayInTheirModule() {
    for (String module : LIBRARIES) {
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.sheaf." + module + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.sheaf." + module + ".internal..")
          .because("internal packages of " + module + " may change at any time")
          .check(SHEAF);
    }
  }

  /**
   * A library's own package is its front: it holds the words everybody uses and opens what lies
   * behind it, so it is on both sides by design. Behind it, and throughout cli, packages form no
   * cycle.
   */
  @Test
  void packagesFormNoCycle() {
    slices().assignedFrom(new PackagesBehindTheFront()).should().beFreeOfCycles().check(SHEAF);
  }

  @Test
  void packagesAreNamedByConcept() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..impl..", "..model..", "..exceptions..")
        .because("a package is named by what it is about, not by the kind of its classes")
        .check(SHEAF);
  }

  @Test
  void onlyTheCommandLinePrintsOrExits() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sheaf.cli..")
        .should(ACCESS_STANDARD_STREAMS)
        .check(SHEAF);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sheaf.cli..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(SHEAF);
  }

  @Test
  void formatNeitherLogsNorReflects() {
    noClasses()
        .that()
        .resideInAPackage("dev.sheaf.format..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.slf4j..", "java.lang.reflect..")
        .check(SHEAF);
  }

  /** One slice per package, without the front packages of the libraries. */
  private static final class PackagesBehindTheFront implements SliceAssignment {
    private static final Set<String> FRONTS =
        Set.of("dev.sheaf.format", "dev.sheaf.query", "dev.sheaf.curation");

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      String name = javaClass.getPackageName();
      return name.startsWith("dev.sheaf.") && !FRONTS.contains(name)
          ? SliceIdentifier.of(name)
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages behind the front";
    }
  }
}
