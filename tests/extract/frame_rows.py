"""Invented sentences with the frames a reader takes from them: (sentence, "actor | act | object | +/- | stance")."""

ROWS = [
    # plain sentences
    ("Guards beat prisoners.", ["guard | beat | prisoner | + | states"]),
    ("Security officers searched the dormitory.", ["security officer | search | dormitory | + | states"]),
    ("Prisoners were beaten by guards.", ["guard | beat | prisoner | + | states"]),
    ("The prisoners were released.", [" | release | prisoner | + | states"]),
    ("Hundreds of villagers were deported by soldiers.", ["soldier | deport | villager | + | states"]),
    (
        "Wardens starved and humiliated inmates.",
        ["warden | starve | inmate | + | states", "warden | humiliate | inmate | + | states"],
    ),
    (
        "Soldiers and militiamen burned farms.",
        ["soldier | burn | farm | + | states", "militiaman | burn | farm | + | states"],
    ),
    (
        "Police officers arrested journalists and lawyers.",
        ["police officer | arrest | journalist | + | states", "police officer | arrest | lawyer | + | states"],
    ),
    (
        "The warden who starved inmates was promoted by the ministry.",
        ["warden | starve | inmate | + | states", "ministry | promote | warden | + | states"],
    ),
    ("Women arrested by border guards were sent to a camp.", ["border guard | arrest | woman | + | states"]),
    ("Detainees were subjected to torture by interrogators.", ["interrogator | torture | detainee | + | states"]),
    ("Guards committed acts of violence against women.", ["guard | abuse | woman | + | states"]),
    ("Women faced abuse by guards.", ["guard | abuse | woman | + | states"]),
    ("The torture of detainees by guards continues.", ["guard | torture | detainee | + | states"]),
    ("The guards' torture of detainees is routine.", ["guard | torture | detainee | + | states"]),
    ("Commanders ordered soldiers to burn the village.", ["soldier | burn | village | + | states"]),
    # denial
    ("Inspectors may not enter the prison.", ["inspector | enter | prison | - | states"]),
    ("No visitors were admitted.", [" | admit | visitor | - | states"]),
    ("The guards never allowed the prisoners to meet their families.", ["prisoner | meet | family | - | states"]),
    ("The ministry refused to publish the list.", ["ministry | publish | list | - | states"]),
    ("The court failed to investigate the killings.", ["court | investigate | killing | - | states"]),
    (
        "They detained women without informing the families.",
        [" | detain | woman | + | states", " | inform | family | - | states"],
    ),
    ("The minister called the farmers a plague on the land.", ["minister | call | farmer | + | states"]),
    ("The court upheld the non-punishment of deserters.", [" | punish | deserter | - | states"]),
    ("Urges Norland to put an end to the torture of women by warders;", ["warder | torture | woman | - | exhorts"]),
    ("Noting the accession of Norland to the Convention,", ["norland | accede |  | + | states"]),
    # what reports ask for
    ("The Government should close the camp.", ["government | close | camp | + | exhorts"]),
    ("The Government must not return women to the border.", ["government | return | woman | - | exhorts"]),
    ("The camp must be closed.", [" | close | camp | + | exhorts"]),
    ("We call on the Government to release prisoners.", ["government | release | prisoner | + | exhorts"]),
    ("JS4 recommended that Norland ratify the Convention.", ["norland | ratify | convention | + | exhorts"]),
    ("Release all prisoners.", [" | release | prisoner | + | exhorts"]),
    ("Prevent guards from beating prisoners.", ["guard | beat | prisoner | - | exhorts"]),
    ("The Council should urge Norland to end the use of forced labour.", [" | use | labour | - | exhorts"]),
    # clauses of resolutions, which have no subject
    ("Calls upon the Government to release prisoners;", ["government | release | prisoner | + | exhorts"]),
    ("Strongly urges all States to refrain from returning women;", ["state | return | woman | - | exhorts"]),
    ("Urges the Government to end the torture of detainees by guards;", ["guard | torture | detainee | - | exhorts"]),
    ("Demands that the authorities release the journalists;", ["authority | release | journalist | + | exhorts"]),
    ("Also urges the authorities to ensure that no child is detained;", [" | detain | child | - | exhorts"]),
    ("Condemns the abduction of children by armed groups;", ["group | abduct | child | + | condemns"]),
    ("Deplores the fact that guards torture detainees;", ["guard | torture | detainee | + | condemns"]),
    (
        "Deeply concerned at the torture of women by security officers,",
        ["security officer | torture | woman | + | condemns"],
    ),
    ("Expresses its grave concern at the detention of journalists;", [" | detain | journalist | + | condemns"]),
    (
        "Regretting the failure of the Government to investigate killings,",
        ["government | investigate | killing | - | condemns"],
    ),
    ("Welcomes the release of journalists by the authorities;", ["authority | release | journalist | + | commends"]),
    (
        "Noting with appreciation the adoption of the law by the parliament,",
        ["parliament | adopt | law | + | commends"],
    ),
    (
        "Requests the Special Rapporteur to report to the Council;",
        ["special rapporteur | report | council | + | exhorts"],
    ),
    ("Stresses the need to release prisoners;", [" | release | prisoner | + | exhorts"]),
    ("Encourages the Government to take steps to protect witnesses;", ["government | protect | witness | + | exhorts"]),
]

SWAPPED = [
    ("Guards beat prisoners.", "Prisoners beat guards."),
    ("Guards were attacked by prisoners.", "Prisoners were attacked by guards."),
    ("The torture of detainees by guards continues.", "The torture of guards by detainees continues."),
    ("Soldiers abducted villagers.", "Villagers abducted soldiers."),
    ("Soldiers who shot farmers fled.", "Farmers who shot soldiers fled."),
    ("Women arrested by officers fled.", "Officers arrested by women fled."),
    ("Condemns the abduction of children by rebels;", "Condemns the abduction of rebels by children;"),
    ("Employers exploit workers.", "Workers exploit employers."),
    ("Detainees were subjected to torture by interrogators.", "Interrogators were subjected to torture by detainees."),
    ("Teachers reported pupils to the police.", "Pupils reported teachers to the police."),
    ("Urges rebels to release soldiers;", "Urges soldiers to release rebels;"),
    ("The Ministry supervises the courts.", "The courts supervise the Ministry."),
    ("Norland invaded Sudland.", "Sudland invaded Norland."),
    ("Nurses accused wardens.", "Wardens accused nurses."),
    ("The killing of journalists by militiamen went on.", "The killing of militiamen by journalists went on."),
    ("Inmates robbed visitors.", "Visitors robbed inmates."),
]

SAME = [
    ("Guards beat prisoners.", "Prisoners were beaten by guards."),
    ("Guards tortured detainees.", "Detainees were subjected to torture by guards."),
    ("Guards tortured detainees.", "The torture of detainees by guards was recorded."),
    ("Soldiers abducted children.", "The abduction of children by soldiers was recorded."),
    ("The police arrested journalists.", "Journalists were arrested by the police."),
    ("The Government should release prisoners.", "Calls upon the Government to release prisoners;"),
    ("The Government should close the camp.", "Urges the Government to close the camp;"),
    ("We call on the authorities to repeal the law.", "The authorities must repeal the law."),
    ("Condemns the torture of women by guards;", "Deplores that women are tortured by guards;"),
    ("Welcomes the release of journalists by the authorities;", "Commends the authorities for releasing journalists;"),
    ("Officers raped women.", "Women were raped by officers."),
    ("Officers did not inform families.", "Families were not informed by officers."),
    ("The State should end the use of forced labour.", "Calls upon the State to cease the use of forced labour;"),
    ("Soldiers burned villages.", "Villages burned by soldiers were abandoned."),
    ("The ministry failed to publish the list.", "The ministry did not publish the list."),
    ("Guards committed torture against detainees.", "Detainees endured torture by guards."),
]

OPPOSED = [
    ("Inspectors may enter the prison.", "Inspectors may not enter the prison."),
    ("Urges the Government to release prisoners;", "Welcomes the release of prisoners by the Government;"),
    ("Calls upon guards to beat prisoners;", "Condemns the beating of prisoners by guards;"),
    ("The Government should return refugees.", "The Government should refrain from returning refugees."),
    ("Guards tortured detainees.", "Guards never tortured detainees."),
    ("The ministry published the list.", "The ministry refused to publish the list."),
    ("Urges the State to use forced labour;", "Urges the State to abolish the use of forced labour;"),
    ("Officers informed families.", "Officers failed to inform families."),
]
