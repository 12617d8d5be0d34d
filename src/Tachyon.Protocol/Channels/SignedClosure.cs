using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Channels;

/// <summary>A closure with one party's signature. The contract takes it with both.</summary>
public sealed record SignedClosure(Closure Closure, Signature Signature);
