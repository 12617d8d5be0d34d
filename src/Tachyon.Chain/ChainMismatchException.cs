namespace Tachyon.Chain;

/// <summary>The chain answers, but is not the one that the deployment names: configuration is wrong.</summary>
public sealed class ChainMismatchException(string message) : Exception(message);
