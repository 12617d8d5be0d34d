namespace Tachyon.SiloLoad;

/// <summary>The load could not be run, or the silo broke a promise; the message is one line.</summary>
internal sealed class LoadFailure(string message, Exception? inner = null) : Exception(message, inner);
