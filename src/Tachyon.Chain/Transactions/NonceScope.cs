namespace Tachyon.Chain;

/// <summary>Which of an account's transactions count into its nonce.</summary>
public enum NonceScope
{
    /// <summary>Those that are mined: every nonce below is used up.</summary>
    Mined = 0,

    /// <summary>Also those that wait at the node asked. Others may know of more.</summary>
    Pending = 1,
}
