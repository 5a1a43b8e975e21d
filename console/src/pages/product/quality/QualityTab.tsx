import { useQuery } from '@tanstack/react-query'
import { productQuality } from '../../../api/product'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import type { TabProps } from '../tabs/props'
import { FreshnessBar } from './FreshnessBar'
import { RuleTable } from './RuleTable'
import { Strip } from './Strip'

export function QualityTab({ page, name, search }: TabProps) {
  const query = useQuery({ ...productQuality(name, search.publication), enabled: page.publication != null })
  if (page.publication == null) return <Empty title="Nothing is published yet, so no rule was evaluated." />
  return (
    <>
      <div className="quality-top">
        <Strip page={page} name={name} search={search} />
        <FreshnessBar page={page} name={name} search={search} />
      </div>
      <Loaded query={query} lines={8}>
        {(quality) => <RuleTable quality={quality} served={quality.publication === page.publication} name={name} search={search} />}
      </Loaded>
    </>
  )
}
