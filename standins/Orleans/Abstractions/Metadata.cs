using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orleans.Metadata
{
    public interface IGrainTypeProviderAttribute
    {
        GrainType GetGrainType(IServiceProvider services, Type type);
    }

    public interface IGrainPropertiesProviderAttribute
    {
        void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties);
    }

    public sealed class GrainProperties(ImmutableDictionary<string, string> values)
    {
        public ImmutableDictionary<string, string> Properties { get; } = values;
    }

    [AttributeUsage(AttributeTargets.Interface, AllowMultiple = false)]
    public sealed class DefaultGrainTypeAttribute(string grainType) : Attribute
    {
        internal string GrainType { get; } = grainType;
    }

    public static class WellKnownGrainTypeProperties
    {
        public const string TypeName = "type-name";
        public const string FullTypeName = "full-type-name";
        public const string PlacementStrategy = "placement-strategy";
        public const string IdleDeactivationPeriod = "idle-duration";
        public const string IndefiniteIdleDeactivationPeriodValue = "indefinite";
        public const string Reentrant = "reentrant";
        public const string MayInterleavePredicate = "may-interleave-predicate";
    }
}

namespace Orleans.Runtime
{
    public interface IGrainInterfaceTypeProviderAttribute
    {
        GrainInterfaceType GetGrainInterfaceType(IServiceProvider services, Type type);
    }

    [AttributeUsage(AttributeTargets.Interface, AllowMultiple = false)]
    public sealed class GrainInterfaceTypeAttribute(string value) : Attribute, IGrainInterfaceTypeProviderAttribute
    {
        private readonly GrainInterfaceType _value = GrainInterfaceType.Create(value);

        public GrainInterfaceType GetGrainInterfaceType(IServiceProvider services, Type type) => _value;
    }
}

namespace Orleans
{
    /// <summary>Names the grain type, which is the first part of every grain id and of stored state.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute, Metadata.IGrainTypeProviderAttribute
    {
        private readonly GrainType _grainType = GrainType.Create(grainType);

        public GrainType GetGrainType(IServiceProvider services, Type type) => _grainType;
    }

    /// <summary>Overrides how long an activation may be idle before it is collected.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class CollectionAgeLimitAttribute : Attribute, Metadata.IGrainPropertiesProviderAttribute
    {
        public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

        private TimeSpan? _value;

        public CollectionAgeLimitAttribute()
        {
        }

        public CollectionAgeLimitAttribute(string inactivityPeriod) => _value = TimeSpan.Parse(inactivityPeriod);

        public double Days { get; set; }

        public double Hours { get; set; }

        public double Minutes { get; set; }

        public bool AlwaysActive { get; set; }

        public TimeSpan AgeLimit => _value ??= CalculateValue();

        private TimeSpan CalculateValue()
        {
            TimeSpan span = AlwaysActive
                ? TimeSpan.FromDays(short.MaxValue)
                : TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
            return span < MinAgeLimit ? MinAgeLimit : span;
        }

        public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
            properties[Metadata.WellKnownGrainTypeProperties.IdleDeactivationPeriod] =
                AlwaysActive ? Metadata.WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue : AgeLimit.ToString("c");
    }

    /// <summary>Such grains are never collected for being idle.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class KeepAliveAttribute : Attribute, Metadata.IGrainPropertiesProviderAttribute
    {
        public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
            properties[Metadata.WellKnownGrainTypeProperties.IdleDeactivationPeriod] = Metadata.WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue;
    }
}

namespace Orleans.Providers
{
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StorageProviderAttribute : Attribute
    {
        public string ProviderName { get; set; } = ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME;
    }

    public static class ProviderConstants
    {
        public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";
    }
}

namespace Orleans.CodeGeneration
{
    [Flags]
    public enum InvokeMethodOptions
    {
        None = 0,
        OneWay = 1,
        ReadOnly = 2,
        AlwaysInterleave = 4,
        Unordered = 8,
    }
}
