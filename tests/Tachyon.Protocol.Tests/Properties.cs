using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Tachyon.Protocol.Tests;

/// <summary>
/// Runs properties with a fixed seed, so that a run can be repeated. TACHYON_PROPERTY_SEED chooses another one, and
/// TACHYON_PROPERTY_FACTOR multiplies the number of cases for long runs by hand.
/// </summary>
internal static class Properties
{
    internal static ulong Seed { get; } = Read("TACHYON_PROPERTY_SEED", 20_261_122);

    internal static int Factor { get; } = (int)Read("TACHYON_PROPERTY_FACTOR", 1);

    internal static void Hold<T>(Func<T, bool> property, int cases = 200) => Check(Prop.ForAll(property), cases);

    internal static void Hold<T1, T2>(Func<T1, T2, bool> property, int cases = 200) => Check(Prop.ForAll(property), cases);

    internal static void Hold<T1, T2, T3>(Func<T1, T2, T3, bool> property, int cases = 200) =>
        Check(Prop.ForAll(property), cases);

    internal static void Hold<T>(Gen<T> generator, Func<T, bool> property, int cases = 200) =>
        Check(Prop.ForAll(generator.ToArbitrary(), property), cases);

    private static void Check(Property property, int cases) =>
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(cases * Factor).WithReplay(Seed, 1));

    private static ulong Read(string variable, ulong byDefault) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out ulong value)
            ? value
            : byDefault;
}
