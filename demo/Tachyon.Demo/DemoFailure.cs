namespace Tachyon.Demo;

/// <summary>A step of the demo failed; the message is one line that says what to do.</summary>
internal sealed class DemoFailure(string message, Exception? inner = null) : Exception(message, inner);
