using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Matching;

/// <summary>Kademlia's metric over the 160-bit space of node addresses (protocol, Identity and matching).</summary>
public static class XorMetric
{
    /// <summary>The distance of two places, as a number in an address: smaller is closer.</summary>
    public static Address Distance(Address left, Address right) => left ^ right;

    /// <summary>Below zero when <paramref name="left"/> is closer to the target, above zero when <paramref name="right"/> is.</summary>
    public static int Compare(Address target, Address left, Address right) =>
        Distance(target, left).CompareTo(Distance(target, right));
}
