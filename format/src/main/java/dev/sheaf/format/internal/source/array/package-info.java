/** Files of arrays: NumPy, safetensors, HDF5. */
package dev.sheaf.format.internal.source.array;
