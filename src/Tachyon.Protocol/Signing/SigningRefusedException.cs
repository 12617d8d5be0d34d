using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>A signer refused to sign, or could not.</summary>
public sealed class SigningRefusedException : Exception
{
    /// <summary>A refusal of the key at <paramref name="address"/>.</summary>
    public SigningRefusedException(Address address, string reason)
        : base($"The key of {address} did not sign: {reason}") => Address = address;

    /// <summary>The key's address.</summary>
    public Address Address { get; }
}
