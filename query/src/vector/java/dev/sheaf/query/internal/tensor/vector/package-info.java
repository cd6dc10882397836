/**
 * Kernels on jdk.incubator.vector. Compiled apart, because {@code --release} hides incubator
 * modules, and found by {@link java.util.ServiceLoader} only where the JVM has the module.
 */
package dev.sheaf.query.internal.tensor.vector;
