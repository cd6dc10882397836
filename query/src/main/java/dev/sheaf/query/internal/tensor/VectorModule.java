package dev.sheaf.query.internal.tensor;

import java.lang.reflect.InvocationTargetException;

/**
 * The module jdk.incubator.vector: there when the JVM was started with {@code --add-modules}, or
 * loaded when it is first needed.
 *
 * <p>The JVM prints a warning for {@code --add-modules}, sets aside its archive of modules, which
 * costs every start some 50 ms, and has no way to name modules in the manifest of a jar. So the
 * command uses what the JVM itself uses to load its management agent late. That is open to code to
 * which java.base exports jdk.internal.module, as the manifest of the command's jar asks for.
 */
final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";
  private static final String LOADER_PACKAGE = "jdk.internal.module";

  private static boolean loaded;

  private VectorModule() {}

  /** Tells whether the module is there, or whether it can be tried to load it. Loads nothing. */
  static boolean isPossible() {
    return isThere()
        || Object.class.getModule().isExported(LOADER_PACKAGE, VectorModule.class.getModule());
  }

  /** Loads the module where it is not there yet, and tells whether it is there now. */
  static synchronized boolean load() {
    if (!loaded) {
      loaded = isThere() || isPossible() && loadLate();
    }
    return loaded;
  }

  private static boolean isThere() {
    return ModuleLayer.boot().findModule(NAME).isPresent();
  }

  private static boolean loadLate() {
    try {
      Class.forName(LOADER_PACKAGE + ".Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, NAME);
      return true;
    } catch (InvocationTargetException e) {
      // A Java runtime that was linked without the module.
      return false;
    } catch (ReflectiveOperationException e) {
      // A Java version that loads modules in another way.
      return false;
    }
  }
}
