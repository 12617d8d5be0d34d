namespace Tachyon.Chain;

/// <summary>Which block counts as final.</summary>
public enum Finality
{
    /// <summary><see cref="Latest"/> on a development chain (chain id 31337), <see cref="Finalized"/> on any other.</summary>
    Automatic = 0,

    /// <summary>The finalised block, about 13 minutes behind on Ethereum.</summary>
    Finalized = 1,

    /// <summary>The newest block: for development chains, which finalise nothing.</summary>
    Latest = 2,
}
